import type { Id } from "@/api/wire";
import type { RoomState } from "@/realtime/room-state";
import { shownMessages } from "@/realtime/timeline";

/** Milliseconds until one may write again in a slow room; 0: now. Moderators and owners do not wait. */
export function waitFor({ room, membership, timeline }: RoomState, me: Id, now: number): number {
  if (room.slow_seconds === 0 || membership.rank !== "member") return 0;
  const mine = shownMessages(timeline).findLast(({ author_id }) => author_id === me);
  const last = [membership.posted_at, mine?.created_at].map((at) => (at ? Date.parse(at) : 0));
  const pace = room.slow_seconds * 1000;
  // This device's clock may be wrong: it is never longer than the pace itself.
  return Math.min(pace, Math.max(0, Math.max(...last) + pace - now));
}
