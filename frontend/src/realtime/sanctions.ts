import type { Id, OwnSanction } from "@/api/wire";
import { countdown } from "@/lib/time";

export function isActive({ kind, lifted_at, expires_at }: OwnSanction, now: number): boolean {
  const isLasting = kind === "mute" || kind === "ban";
  return isLasting && !lifted_at && (!expires_at || Date.parse(expires_at) > now);
}

/** Warnings and removals are over at once: they are told until they have been read. */
export function isShown(sanction: OwnSanction, now: number): boolean {
  if (sanction.kind === "mute" || sanction.kind === "ban") return isActive(sanction, now);
  return !sanction.lifted_at && !sanction.seen_at;
}

export function headline({ kind, room_id, room_name, expires_at }: OwnSanction, now: number): string {
  const where = room_id ? `in ${room_name || "a direct conversation"}` : "on this site";
  const left = expires_at ? ` for another ${countdown(Date.parse(expires_at) - now)}` : "";
  if (kind === "warning") return `The moderators have warned you ${where}:`;
  if (kind === "removal") return `You were removed from ${room_name}:`;
  if (kind === "mute") return `You are muted ${where}${left}:`;
  return `You are banned ${room_id ? `from ${room_name}` : "from this site"}${left}:`;
}

export function appealText({ appeal }: OwnSanction): string {
  if (!appeal) return "";
  if (!appeal.decided_at) return "Your appeal is with the moderators.";
  return `Your appeal was ${appeal.granted ? "granted" : "refused"}${appeal.answer ? `: ${appeal.answer}` : "."}`;
}

/** Why one may not write here now, as the moderators put it. */
export function muteReason(
  sanctions: Readonly<Record<Id, OwnSanction>>,
  roomId: Id,
  now: number,
): string | null {
  const holds = (one: OwnSanction) => one.kind === "mute" && isActive(one, now);
  const all = Object.values(sanctions).filter(holds);
  const found = all.find((one) => one.room_id === null) ?? all.find((one) => one.room_id === roomId);
  return found?.reason ?? null;
}
