import type { DataExport, Id, Me, Message, OwnSanction, RoomEntry, User } from "@/api/wire";
import { assertNever } from "@/lib/assert-never";
import { isRevised, type PassingEvent, type Presence, type Ready, type ServerEvent } from "@/realtime/events";
import {
  applyRead,
  putEntry,
  putMembership,
  putMessage,
  type RoomState,
  receive,
  resumeRoom,
  roomFromEntry,
} from "@/realtime/room-state";
import { countUnread, type Viewer } from "@/realtime/unread";
import { changeWishes, DEFAULT_WISHES, type Wishes } from "@/realtime/wishes";

/** A typist who is not heard of again has stopped. */
export const TYPING_TTL_MS = 6000;

export interface LiveState {
  readonly me: Me | null;
  /** The rooms are as the server last told, not merely as this device remembers them. */
  readonly isReady: boolean;
  readonly rooms: Readonly<Record<Id, RoomState>>;
  readonly users: Readonly<Record<Id, User>>;
  readonly presence: Readonly<Record<Id, Presence>>;
  /** Whom this person has blocked. */
  readonly blocked: readonly Id[];
  /** How far the copy of one's data is, as last told. */
  readonly dataExport: DataExport | null;
  /** What moderators have decided about oneself, as last told. */
  readonly sanctions: Readonly<Record<Id, OwnSanction>>;
  /** room → user → the moment (ms) at which the typing expires. */
  readonly typing: Readonly<Record<Id, Readonly<Record<Id, number>>>>;
  readonly wishes: Wishes;
}

export const EMPTY_STATE: LiveState = {
  me: null,
  isReady: false,
  rooms: {},
  users: {},
  presence: {},
  blocked: [],
  dataExport: null,
  sanctions: {},
  typing: {},
  wishes: DEFAULT_WISHES,
};

export function applyReady(state: LiveState, ready: Ready): LiveState {
  const viewer = { id: ready.user.id, blocked: ready.blocked };
  const rooms = ready.rooms.map((entry) => {
    const held = state.rooms[entry.room.id];
    return [entry.room.id, held ? resumeRoom(held, entry, viewer) : roomFromEntry(entry)] as const;
  });
  const users = withUsers(state.users, [...ready.users, ready.user]);
  return {
    ...state,
    me: ready.user,
    isReady: true,
    rooms: Object.fromEntries(rooms),
    users,
    presence: ready.presence,
    blocked: ready.blocked,
    typing: {},
  };
}

export function applyEvent(state: LiveState, event: ServerEvent, now: number): LiveState {
  if (!isRevised(event)) return applyPassing(state, event, now);
  const room = state.rooms[event.room_id];
  const viewer = viewerOf(state);
  if (!room || !viewer) return state;
  const known = putUsers(state, strangers(state, usersOf(event)));
  const typed =
    event.type === "message.created" ? withoutTyping(known, event.room_id, event.message.author_id) : known;
  return withRoom(typed, receive(room, event, viewer));
}

function usersOf(event: ServerEvent): readonly User[] {
  if (event.type === "message.created") return [event.author];
  if (event.type === "member.added") return [event.user];
  return event.type === "room.changes" ? event.changes.users : [];
}

/** A message carries its author for those who do not know them yet; changes come as `user.updated`. */
function strangers({ users }: LiveState, met: readonly User[]): readonly User[] {
  return met.filter(({ id }) => !users[id]);
}

function applyPassing(state: LiveState, event: PassingEvent, now: number): LiveState {
  switch (event.type) {
    case "read.advanced":
      return changeRoom(state, event.room_id, (room, viewer) => applyRead(room, event, viewer));
    case "typing.started":
      return withTyping(state, event.room_id, event.user_id, now + TYPING_TTL_MS);
    case "typing.stopped":
      return withoutTyping(state, event.room_id, event.user_id);
    case "presence.changed":
      return { ...state, presence: { ...state.presence, [event.user_id]: event.status } };
    case "user.updated":
      return putUsers(state, [event.user]);
    case "room.added":
      return addRoom(putUsers(state, event.users), event.entry);
    case "room.removed":
      return removeRoom(state, event.room_id);
    case "membership.updated":
      return changeRoom(state, event.room_id, (room, viewer) =>
        putMembership(room, event.membership, viewer),
      );
    case "blocks.updated":
      return putBlocked(state, event.user_ids);
    case "sanction.updated":
      return putSanctions(state, [event.sanction]);
    case "export.updated":
      return { ...state, dataExport: event.export };
    case "notifications.updated":
      return { ...state, wishes: changeWishes(state.wishes, event) };
    case "message.judged":
    case "session.revoked":
      return state;
    default:
      return assertNever(event);
  }
}

export function changeRoom(
  state: LiveState,
  roomId: Id,
  change: (room: RoomState, viewer: Viewer) => RoomState,
): LiveState {
  const room = state.rooms[roomId];
  const viewer = viewerOf(state);
  return room && viewer ? withRoom(state, change(room, viewer)) : state;
}

function viewerOf({ me, blocked }: LiveState): Viewer | null {
  return me && { id: me.id, blocked };
}

/** Their calls stop counting, or count again. */
function putBlocked(state: LiveState, blocked: readonly Id[]): LiveState {
  const next = { ...state, blocked };
  return Object.keys(state.rooms).reduce((current, id) => changeRoom(current, id, countUnread), next);
}

function withRoom(state: LiveState, room: RoomState): LiveState {
  if (state.rooms[room.room.id] === room) return state;
  return { ...state, rooms: { ...state.rooms, [room.room.id]: room } };
}

export function addRoom(state: LiveState, entry: RoomEntry): LiveState {
  const held = state.rooms[entry.room.id];
  const viewer = viewerOf(state);
  return withRoom(state, held && viewer ? putEntry(held, entry, viewer) : roomFromEntry(entry));
}

export function removeRoom(state: LiveState, roomId: Id): LiveState {
  const { [roomId]: _gone, ...rooms } = state.rooms;
  return { ...state, rooms };
}

export function putAnswer(state: LiveState, message: Message): LiveState {
  return changeRoom(state, message.room_id, (room) => putMessage(room, message));
}

export function putSanctions(state: LiveState, told: readonly OwnSanction[]): LiveState {
  if (told.length === 0) return state;
  return {
    ...state,
    sanctions: { ...state.sanctions, ...Object.fromEntries(told.map((one) => [one.id, one])) },
  };
}

export function putUsers(state: LiveState, users: readonly User[]): LiveState {
  const next = withUsers(state.users, users);
  const mine = state.me && next[state.me.id];
  if (next === state.users) return state;
  return { ...state, users: next, me: state.me && mine ? { ...state.me, ...mine } : state.me };
}

function withUsers(held: LiveState["users"], users: readonly User[]): LiveState["users"] {
  if (users.length === 0) return held;
  return { ...held, ...Object.fromEntries(users.map((user) => [user.id, user])) };
}

function withTyping(state: LiveState, roomId: Id, userId: Id, until: number): LiveState {
  if (userId === state.me?.id || state.blocked.includes(userId)) return state;
  return { ...state, typing: { ...state.typing, [roomId]: { ...state.typing[roomId], [userId]: until } } };
}

function withoutTyping(state: LiveState, roomId: Id, userId: Id): LiveState {
  if (!state.typing[roomId]?.[userId]) return state;
  const { [userId]: _stopped, ...typists } = state.typing[roomId];
  return { ...state, typing: { ...state.typing, [roomId]: typists } };
}

export function expireTyping(state: LiveState, now: number): LiveState {
  const isExpired = Object.values(state.typing).some((typists) =>
    Object.values(typists).some((until) => until <= now),
  );
  if (!isExpired) return state;
  const typing = Object.entries(state.typing).map(([roomId, typists]) => [
    roomId,
    Object.fromEntries(Object.entries(typists).filter(([, until]) => until > now)),
  ]);
  return { ...state, typing: Object.fromEntries(typing) };
}
