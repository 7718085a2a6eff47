import {
  type Preferences,
  type RoomPreference,
  readNotifications,
  savePreferences,
  saveRoomPreference,
} from "@/api/notifications";
import { changeLive, useLive } from "@/realtime/live-store";
import { changeWishes, chosenFor, wishesFrom } from "@/realtime/wishes";

/** Asked with every connection: what was chosen elsewhere meanwhile came as an event to others. */
export async function loadWishes(): Promise<void> {
  const found = await readNotifications();
  changeLive((state) => ({ ...state, wishes: wishesFrom(found) }));
}

/** Shown at once; what the server refuses goes back to what it was. */
export async function wish(changes: Partial<Preferences>): Promise<void> {
  const before = useLive.getState().wishes.preferences;
  put({ preferences: { ...before, ...changes }, room: null });
  try {
    put({ preferences: await savePreferences(changes), room: null });
  } catch (error) {
    put({ preferences: before, room: null });
    throw error;
  }
}

export async function wishForRoom(chosen: RoomPreference): Promise<void> {
  const before = chosenFor(useLive.getState().wishes, chosen.room_id);
  put({ preferences: null, room: chosen });
  try {
    put({ preferences: null, room: await saveRoomPreference(chosen) });
  } catch (error) {
    put({ preferences: null, room: before });
    throw error;
  }
}

function put(changes: Parameters<typeof changeWishes>[1]): void {
  changeLive((state) => ({ ...state, wishes: changeWishes(state.wishes, changes) }));
}
