import type { LiveState } from "@/realtime/live-state";
import type { RoomState } from "@/realtime/room-state";
import { isMuted, levelIn, type Wishes } from "@/realtime/wishes";

/** What waits outside the rooms: `unread` messages, and those of them that are `forMe`. Rooms told to be silent are. */
export type Attention = { readonly unread: number; readonly forMe: number };

export function attention({ rooms, wishes }: Pick<LiveState, "rooms" | "wishes">, now: number): Attention {
  const heard = Object.values(rooms).filter(({ room }) => isHeard(wishes, room, now));
  return {
    unread: heard.reduce((sum, { membership }) => sum + membership.unread, 0),
    forMe: heard.reduce((sum, state) => sum + forMe(state), 0),
  };
}

export function isHeard(wishes: Wishes, room: RoomState["room"], now: number): boolean {
  return !isMuted(wishes, room.id, now) && levelIn(wishes, room) !== "nothing";
}

/** Every message of a direct conversation is meant for you. */
export function forMe({ room, membership }: RoomState): number {
  return room.kind === "direct" ? membership.unread : membership.mentions;
}
