import type { Message, User } from "@/api/wire";
import type { ServerEvent } from "@/realtime/events";
import type { LiveState } from "@/realtime/live-state";

/** A message that has just come over the socket, seen for the first time. */
export type Arrival = {
  readonly message: Message;
  readonly author: User;
  readonly quoted: Message | null;
};

/** What was written long ago and only now reached this client calls nobody. */
const FRESH_MS = 5 * 60_000;
const listeners = new Set<(arrival: Arrival) => void>();

export function onArrival(listener: (arrival: Arrival) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `before` is what was known when the events came: an event that repeats what was known is no arrival. */
export function tellArrivals(events: readonly ServerEvent[], before: LiveState, now: number): void {
  for (const event of events) {
    if (event.type !== "message.created") continue;
    const room = before.rooms[event.room_id];
    if (!room || event.rev <= room.cursor || Date.parse(event.message.created_at) < now - FRESH_MS) continue;
    for (const tell of listeners) tell(event);
  }
}
