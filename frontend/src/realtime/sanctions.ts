import type { Id, OwnSanction } from "@/api/wire";
import { countdown, exactTime } from "@/lib/time";

const HOUR = 3_600_000; // ms

export function isActive({ kind, lifted_at, expires_at }: OwnSanction, now: number): boolean {
  const isLasting = kind === "mute" || kind === "ban";
  return isLasting && !lifted_at && (!expires_at || Date.parse(expires_at) > now);
}

/** What has not been read is told until it is; what keeps one from writing is told while it lasts. */
export function isShown(sanction: OwnSanction, now: number): boolean {
  if (!canBeRead(sanction, now)) return true;
  if (isActive(sanction, now)) return isNews(sanction);
  const isLasting = sanction.kind === "mute" || sanction.kind === "ban";
  return isNews(sanction) && (isAnswered(sanction) || !(isLasting || sanction.lifted_at));
}

/** A mute is told while it lasts; whoever is banned from a room need not be told for ever. */
export function canBeRead(sanction: OwnSanction, now: number): boolean {
  return sanction.kind !== "mute" || !isActive(sanction, now);
}

function isNews({ seen_at, appeal }: OwnSanction): boolean {
  if (!seen_at) return true;
  return Boolean(appeal?.decided_at) && Date.parse(appeal?.decided_at ?? "") > Date.parse(seen_at);
}

function isAnswered({ appeal }: OwnSanction): boolean {
  return Boolean(appeal?.decided_at);
}

export function headline(sanction: OwnSanction, now: number): string {
  const { kind, room_id, room_name, expires_at } = sanction;
  const were = isActive(sanction, now) ? "are" : "were";
  const where = room_id ? `in ${room_name || "a direct conversation"}` : "on this site";
  const left = isActive(sanction, now) && expires_at ? until(expires_at, now) : "";
  if (kind === "warning") return `The moderators have warned you ${where}:`;
  if (kind === "removal") return `You were removed from ${room_name}:`;
  if (kind === "mute") return `You ${were} muted ${where}${left}:`;
  return `You ${were} banned ${room_id ? `from ${room_name}` : "from this site"}${left}:`;
}

/** Minutes by themselves; what lasts longer than an hour has a day and an hour to look forward to as well. */
function until(end: string, now: number): string {
  const left = Date.parse(end) - now;
  const when = left > HOUR ? ` (until ${exactTime(end)})` : "";
  return ` for another ${countdown(left)}${when}`;
}

export function appealText({ appeal }: Pick<OwnSanction, "appeal">): string {
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
