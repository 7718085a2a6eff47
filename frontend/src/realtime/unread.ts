import type { Id, Membership, Message } from "@/api/wire";
import type { RoomState } from "@/realtime/room-state";
import { completeFrom } from "@/realtime/timeline";

export const UNREAD_CAP = 100;

/** Who looks, and whose calls they do not hear. */
export type Viewer = { readonly id: Id; readonly blocked: readonly Id[] };

export function isUnread(message: Message, lastRead: number, viewer: Viewer, mentioned = false): boolean {
  if (message.seq <= lastRead || message.author_id === viewer.id || message.deleted_at !== null) return false;
  return !mentioned || (!viewer.blocked.includes(message.author_id) && calls(message, viewer.id));
}

export function calls({ mentions }: Message, userId: Id): boolean {
  return mentions.room || mentions.user_ids.includes(userId);
}

/** Counts where every unread message is held; elsewhere the server's number, moved by events, stands. */
export function countUnread(state: RoomState, viewer: Viewer): RoomState {
  const { membership, room, timeline } = state;
  if (membership.last_read_seq >= room.last_seq) return withCounts(state, 0, 0);
  if (completeFrom(timeline) > membership.last_read_seq + 1)
    return withCounts(state, membership.unread, membership.mentions);
  const held = [...timeline.messages.values()].filter((message) =>
    isUnread(message, membership.last_read_seq, viewer),
  );
  const mentions = held.filter((message) => isUnread(message, membership.last_read_seq, viewer, true));
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
