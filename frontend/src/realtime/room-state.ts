import type { Where } from "@/api/rooms";
import type { Changes, Id, Member, Membership, Message, Page, Room, RoomEntry } from "@/api/wire";
import { assertNever } from "@/lib/assert-never";
import type { ReadAdvanced, RevisedEvent } from "@/realtime/events";
import {
  bounded,
  emptyTimeline,
  forgetBefore,
  putMessages,
  putPage,
  resetTimeline,
  type Timeline,
} from "@/realtime/timeline";
import { countUnread, isUnread, mergeMembership, type Viewer } from "@/realtime/unread";

const HELD_LIMIT = 200;

export interface RoomState {
  readonly room: Room;
  readonly membership: Membership;
  /** The highest revision up to which everything is known. */
  readonly cursor: number;
  /** Events beyond a hole, waiting for what is missing. */
  readonly held: readonly RevisedEvent[];
  readonly timeline: Timeline;
  readonly members: ReadonlyMap<Id, Member>;
  readonly membersLoaded: boolean;
  /** The last revision at which what is pinned may have changed. */
  readonly pinsRev: number;
}

export function roomFromEntry({ room, membership }: RoomEntry): RoomState {
  return {
    room,
    membership,
    cursor: room.rev,
    held: [],
    timeline: emptyTimeline(room.rev),
    members: new Map(),
    membersLoaded: false,
    pinsRev: room.rev,
  };
}

/** What a new snapshot makes of a room already held: an opened one keeps its place and catches up by `sync`. */
export function resumeRoom(state: RoomState, entry: RoomEntry, viewer: Viewer): RoomState {
  if (state.room.epoch !== entry.room.epoch || !state.timeline.window) return roomFromEntry(entry);
  // Receipts have no place in the room's order, so none that was missed comes with `sync`: read the members again.
  return putEntry({ ...state, membersLoaded: false }, entry, viewer);
}

export function putEntry(state: RoomState, { room, membership }: RoomEntry, viewer: Viewer): RoomState {
  return putMembership(putRoom(state, room), membership, viewer);
}

export function putRoom(state: RoomState, room: Room): RoomState {
  return withRoomSettings(state, room);
}

export function putMembership(state: RoomState, membership: Membership, viewer: Viewer): RoomState {
  return countUnread({ ...state, membership: mergeMembership(state.membership, membership) }, viewer);
}

/** There are changes this client has not seen: ask for them. */
export function isBehind({ cursor, room, held }: RoomState): boolean {
  return cursor < room.rev || held.length > 0;
}

export function noteHead(state: RoomState, rev: number): RoomState {
  return rev <= state.room.rev ? state : { ...state, room: { ...state.room, rev } };
}

export function receive(state: RoomState, event: RevisedEvent, viewer: Viewer): RoomState {
  if (event.type === "room.changes" && event.changes.mode === "reset")
    return applyChanges(state, event.changes, viewer);
  if (firstRev(event) > state.cursor + 1) return hold(state, event);
  return release(advance(state, event, viewer), viewer);
}

function firstRev(event: RevisedEvent): number {
  return event.type === "room.changes" ? event.changes.after + 1 : event.rev;
}

function hold(state: RoomState, event: RevisedEvent): RoomState {
  const isHeld = state.held.some((other) => other.rev === event.rev && other.type === event.type);
  if (isHeld || state.held.length >= HELD_LIMIT) return state;
  return { ...state, held: [...state.held, event] };
}

function release(state: RoomState, viewer: Viewer): RoomState {
  let current = state;
  for (;;) {
    const held = current.held.filter((event) => event.rev > current.cursor);
    const next = held.find((event) => firstRev(event) <= current.cursor + 1);
    if (!next) return held.length === current.held.length ? current : { ...current, held };
    current = advance({ ...current, held: held.filter((event) => event !== next) }, next, viewer);
  }
}

function advance(state: RoomState, event: RevisedEvent, viewer: Viewer): RoomState {
  const applied = apply(state, event, viewer);
  const cursor = Math.max(state.cursor, event.rev);
  const room = applied.room.rev < cursor ? { ...applied.room, rev: cursor } : applied.room;
  return countUnread({ ...applied, room, cursor }, viewer);
}

function apply(state: RoomState, event: RevisedEvent, viewer: Viewer): RoomState {
  switch (event.type) {
    case "message.created":
      return putCreated(putQuoted(state, event.quoted), [event.message], viewer);
    case "message.updated":
    case "message.deleted":
    case "message.pinned":
    case "message.unpinned":
      return { ...putMessage(state, event.message), pinsRev: event.rev };
    case "reaction.added":
    case "reaction.removed":
      return putMessage(state, event.message);
    case "member.added":
    case "member.removed":
      return putMembers(withMemberCount(state, event.rev, event.member_count), [event.member]);
    case "member.updated":
      return putMembers(state, [event.member]);
    case "room.updated":
      return putRoom(state, event.room);
    case "room.changes":
      return putChanges(state, event.changes, viewer);
    case "unknown":
      return state;
    default:
      return assertNever(event);
  }
}

/** The answer to `sync`, or the server's own `room.changes`. */
export function applyChanges(state: RoomState, changes: Changes, viewer: Viewer): RoomState {
  const reset = changes.mode === "reset";
  if (!reset && changes.after > state.cursor) return state;
  const base = reset ? resetRoom(state, changes) : putChanges(state, changes, viewer);
  const cursor = reset ? changes.rev : Math.max(state.cursor, changes.rev);
  const membership = changes.membership
    ? mergeMembership(base.membership, changes.membership)
    : base.membership;
  // The answer is complete up to its own head; a head noted before it asked for no more than that.
  const room = { ...base.room, rev: cursor };
  return release(countUnread({ ...base, room, membership, cursor, pinsRev: cursor }, viewer), viewer);
}

function resetRoom(state: RoomState, changes: Changes): RoomState {
  const room = changes.room ?? { ...state.room, epoch: changes.epoch };
  const timeline = resetTimeline(changes.rev, changes.messages, changes.quoted, changes.has_before);
  return putMembers({ ...state, room, timeline, members: new Map(), membersLoaded: false }, changes.members);
}

function putChanges(state: RoomState, changes: Changes, viewer: Viewer): RoomState {
  const known = changes.room ? withRoomSettings(state, changes.room) : state;
  const quoted = { ...known, timeline: putMessages(known.timeline, changes.quoted) };
  return putMembers(putCreated(quoted, changes.messages, viewer), changes.members);
}

function putQuoted(state: RoomState, quoted: Message | null): RoomState {
  return quoted ? { ...state, timeline: putMessages(state.timeline, [quoted]) } : state;
}

function putCreated(state: RoomState, messages: readonly Message[], viewer: Viewer): RoomState {
  const fresh = messages.filter(({ seq }) => seq > state.cursor && seq > state.room.last_seq);
  const { unread, mentions, ...rest } = state.membership;
  const membership = {
    ...rest,
    unread: unread + fresh.filter((message) => isUnread(message, rest.last_read_seq, viewer)).length,
    mentions:
      mentions + fresh.filter((message) => isUnread(message, rest.last_read_seq, viewer, true)).length,
  };
  const room = fresh.reduce(withLatest, state.room);
  return { ...state, room, membership, timeline: bounded(putMessages(state.timeline, messages)) };
}

export function withTimeline(state: RoomState, timeline: Timeline): RoomState {
  return timeline === state.timeline ? state : { ...state, timeline };
}

function withLatest(room: Room, message: Message): Room {
  return message.seq > room.last_seq
    ? { ...room, last_seq: message.seq, last_message_at: message.created_at }
    : room;
}

/** A message from an answer (ack, REST): shown at once; its event may still be on its way. */
export function putMessage(state: RoomState, message: Message): RoomState {
  return { ...state, timeline: putMessages(state.timeline, [message]) };
}

function withMemberCount(state: RoomState, rev: number, member_count: number): RoomState {
  return rev <= state.cursor ? state : { ...state, room: { ...state.room, member_count } };
}

export function putMembers(state: RoomState, incoming: readonly Member[]): RoomState {
  if (incoming.length === 0) return state;
  const members = new Map(state.members);
  for (const member of incoming) {
    const held = members.get(member.user_id);
    members.set(member.user_id, held ? newerMember(held, member) : member);
  }
  return { ...state, members };
}

function newerMember(held: Member, incoming: Member): Member {
  const base = incoming.rev >= held.rev ? incoming : held;
  const read = incoming.read_mark >= held.read_mark ? incoming : held;
  return { ...base, last_read_seq: read.last_read_seq, read_mark: read.read_mark };
}

function withRoomSettings(state: RoomState, incoming: Room): RoomState {
  const room = newerRoom(state.room, incoming);
  return { ...state, room, timeline: forgetBefore(state.timeline, room.history_from) };
}

function newerRoom(held: Room, incoming: Room): Room {
  const settings = incoming.settings_rev >= held.settings_rev ? incoming : held;
  const head = incoming.rev >= held.rev ? incoming : held;
  const { rev, last_seq, last_message_at, member_count } = head;
  return { ...settings, rev, last_seq, last_message_at, member_count };
}

/** A page of another epoch says nothing about what is held here: `sync` will reset the room. */
export function applyPage(state: RoomState, page: Page, where: Where, viewer: Viewer): RoomState {
  if (page.epoch !== state.room.epoch) return state;
  const timeline = putPage(state.timeline, page, where);
  // The page is older than the moment from which live messages were kept: catch up from the page.
  const isOlder = page.rev < timeline.since && page.rev < state.cursor;
  const since = isOlder ? page.rev : timeline.since;
  const cursor = isOlder ? page.rev : state.cursor;
  return countUnread(noteHead({ ...state, cursor, timeline: { ...timeline, since } }, page.rev), viewer);
}

export function applyRead(state: RoomState, event: ReadAdvanced, viewer: Viewer): RoomState {
  const { user_id, last_read_seq, read_mark } = event;
  const member = state.members.get(user_id);
  const members =
    member && read_mark > member.read_mark
      ? new Map(state.members).set(user_id, { ...member, last_read_seq, read_mark })
      : state.members;
  const isMine = user_id === viewer.id && read_mark > state.membership.read_mark;
  const membership = isMine ? { ...state.membership, last_read_seq, read_mark } : state.membership;
  const read = { ...state, members, membership };
  return isMine ? countUnread(read, viewer) : read;
}
