import type { Id } from "@/api/wire";
import { database } from "@/realtime/database";
import type { LiveState } from "@/realtime/live-state";
import type { RoomState } from "@/realtime/room-state";
import { trimTimeline } from "@/realtime/timeline";

const REMEMBERED_MESSAGES = 50;
const REMEMBERED_ROOMS = 100;

/** What was last known, so that a reload shows it at once, also without a network. */
export async function recall(
  userId: Id,
): Promise<Pick<LiveState, "me" | "users" | "rooms" | "blocked"> | null> {
  const db = await database();
  const person = await db.get("people", userId);
  if (!person) return null;
  const rooms = await db.getAllFromIndex("rooms", "user", userId);
  return {
    me: person.me,
    users: person.users,
    blocked: person.blocked ?? [],
    rooms: Object.fromEntries(rooms.map(({ room_id, state }) => [room_id, state])),
  };
}

/** Writes the rooms that changed since `before`. */
export async function remember(state: LiveState, before: LiveState | null): Promise<void> {
  const { me, users, blocked } = state;
  if (!me) return;
  const transaction = (await database()).transaction(["people", "rooms"], "readwrite");
  const rooms = transaction.objectStore("rooms");
  const gone = Object.keys(before?.rooms ?? {}).filter((id) => !state.rooms[id]);
  const changed = Object.values(state.rooms).filter((room) => before?.rooms[room.room.id] !== room);
  await Promise.all([
    transaction.objectStore("people").put({ user_id: me.id, me, users, blocked }),
    ...gone.map((id) => rooms.delete([me.id, id])),
    ...changed
      .slice(0, REMEMBERED_ROOMS)
      .map((room) => rooms.put({ user_id: me.id, room_id: room.room.id, state: lean(room) })),
    transaction.done,
  ]);
}

function lean(state: RoomState): RoomState {
  return { ...state, held: [], timeline: trimTimeline(state.timeline, REMEMBERED_MESSAGES) };
}

/** Signing out leaves nothing on the device. */
export async function forgetEverything({ keepOutbox = false } = {}): Promise<void> {
  const db = await database();
  const stores = keepOutbox ? (["people", "rooms"] as const) : (["people", "rooms", "outbox"] as const);
  await Promise.all(stores.map((store) => db.clear(store)));
}
