import type { Level, Notifications, Preferences, RoomPreference } from "@/api/notifications";
import type { Id, Message, Room } from "@/api/wire";

/** What the person wants to be told (docs/protocol.md, section 5), and the key by which this browser subscribes. */
export interface Wishes {
  readonly preferences: Preferences;
  readonly rooms: Readonly<Record<Id, RoomPreference>>;
  readonly vapidKey: string;
  readonly email: string | null;
}

export const DEFAULT_WISHES: Wishes = {
  preferences: {
    direct_level: "all",
    room_level: "mentions",
    quiet: null,
    show_text: true,
    digest_hours: 0,
  },
  rooms: {},
  vapidKey: "",
  email: null,
};

export function wishesFrom({ preferences, rooms, vapid_public_key, email }: Notifications): Wishes {
  const byRoom = Object.fromEntries(rooms.map((chosen) => [chosen.room_id, chosen]));
  return { preferences, rooms: byRoom, vapidKey: vapid_public_key, email };
}

export function changeWishes(
  wishes: Wishes,
  { preferences, room }: { readonly preferences: Preferences | null; readonly room: RoomPreference | null },
): Wishes {
  return {
    ...wishes,
    preferences: preferences ?? wishes.preferences,
    rooms: room ? { ...wishes.rooms, [room.room_id]: room } : wishes.rooms,
  };
}

export function chosenFor(wishes: Wishes, roomId: Id): RoomPreference {
  return wishes.rooms[roomId] ?? { room_id: roomId, level: null, muted_until: null };
}

export function levelIn(wishes: Wishes, room: Room): Level {
  const usual = room.kind === "direct" ? wishes.preferences.direct_level : wishes.preferences.room_level;
  return chosenFor(wishes, room.id).level ?? usual;
}

export function isMuted(wishes: Wishes, roomId: Id, now: number): boolean {
  const until = chosenFor(wishes, roomId).muted_until;
  return until !== null && Date.parse(until) > now;
}

export function isQuiet({ quiet }: Preferences, now: Date): boolean {
  if (!quiet || quiet.start === quiet.end) return false;
  const minute = minuteOfDay(now, quiet.zone);
  return quiet.start < quiet.end
    ? quiet.start <= minute && minute < quiet.end
    : minute >= quiet.start || minute < quiet.end;
}

/** The server decides the same for pushes (notifications/rules.py): what differs here is heard in one place only. */
export function calls(
  wishes: Wishes,
  room: Room,
  message: Message,
  { me, answered, now }: { readonly me: Id; readonly answered: Id | null; readonly now: Date },
): boolean {
  if (message.author_id === me || message.deleted_at !== null) return false;
  if (isMuted(wishes, room.id, now.getTime()) || isQuiet(wishes.preferences, now)) return false;
  const level = levelIn(wishes, room);
  if (level !== "mentions") return level === "all";
  return message.mentions.room || message.mentions.user_ids.includes(me) || answered === me;
}

function minuteOfDay(moment: Date, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  const [hour = 0, minute = 0] = format.format(moment).split(":").map(Number);
  return hour * 60 + minute;
}
