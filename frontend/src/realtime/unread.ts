import type { Id, Membership, Message } from "@/api/wire";
import type { RoomState } from "@/realtime/room-state";
import { completeFrom } from "@/realtime/timeline";

export const UNREAD_CAP = 100;

export function isUnread(message: Message, lastRead: number, me: Id, mentioned = false): boolean {
  if (message.seq <= lastRead || message.author_id === me || message.deleted_at !== null) return false;
  return !mentioned || message.mentions.room || message.mentions.user_ids.includes(me);
}

/** Counts where every unread message is held; elsewhere the server's number, moved by events, stands. */
export function countUnread(state: RoomState, me: Id): RoomState {
  const { membership, room, timeline } = state;
  if (membership.last_read_seq >= room.last_seq) return withCounts(state, 0, 0);
  if (completeFrom(timeline) > membership.last_read_seq + 1)
    return withCounts(state, membership.unread, membership.mentions);
  const held = [...timeline.messages.values()].filter((message) =>
    isUnread(message, membership.last_read_seq, me),
  );
  const mentions = held.filter((message) => isUnread(message, membership.last_read_seq, me, true));
  return withCounts(state, held.length, mentions.length);
}

function withCounts(state: RoomState, unread: number, mentions: number): RoomState {
  const counts = { unread: Math.min(unread, UNREAD_CAP), mentions: Math.min(mentions, UNREAD_CAP) };
  const { membership } = state;
  if (membership.unread === counts.unread && membership.mentions === counts.mentions) return state;
  return { ...state, membership: { ...membership, ...counts } };
}

/** Settings and reading move apart: each is replaced only by what is at least as new. */
export function mergeMembership(held: Membership, incoming: Membership): Membership {
  const base = incoming.rev >= held.rev ? incoming : held;
  const read = incoming.read_mark >= held.read_mark ? incoming : held;
  const { last_read_seq, read_mark, unread, mentions } = read;
  return { ...base, last_read_seq, read_mark, unread, mentions };
}
