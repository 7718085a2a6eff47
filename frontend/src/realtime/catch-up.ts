import type { Changes, Id } from "@/api/wire";
import { changeRoom, removeRoom } from "@/realtime/live-state";
import { changeLive, useLive } from "@/realtime/live-store";
import { applyChanges, isBehind } from "@/realtime/room-state";
import type { Socket } from "@/realtime/socket";

const PATIENCE_MS = 200;
const PATIENCE_CAP_MS = 5000;
const ROOMS_PER_SYNC = 100;

/** Asks `sync` for the rooms with a hole, after a moment in which the hole may close by itself. */
export class CatchUp {
  private readonly socket: Socket;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isAsking = false;
  private failures = 0;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Call after every change of the rooms. */
  notice(patience = PATIENCE_MS): void {
    if (this.timer || this.isAsking || !this.socket.isLive || roomsBehind().length === 0) return;
    const delay = Math.min(PATIENCE_CAP_MS, patience * 2 ** this.failures);
    this.timer = setTimeout(() => void this.run(), delay);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.failures = 0;
  }

  private async run(): Promise<void> {
    this.timer = null;
    const behind = roomsBehind().slice(0, ROOMS_PER_SYNC);
    if (behind.length === 0) return;
    this.isAsking = true;
    const rooms = Object.fromEntries(
      behind.map(({ room, cursor }) => [room.id, { epoch: room.epoch, rev: cursor }]),
    );
    const outcome = await this.socket.request<{ rooms: Record<Id, Changes> }>("sync", { rooms });
    this.isAsking = false;
    if (outcome.kind === "ok") for (const changes of Object.values(outcome.data.rooms)) applySync(changes);
    this.failures = outcome.kind === "ok" ? 0 : this.failures + 1;
    this.notice();
  }
}

function roomsBehind() {
  return Object.values(useLive.getState().rooms).filter(isBehind);
}

function applySync(changes: Changes): void {
  changeLive((state) => {
    if (changes.mode === "gone") return removeRoom(state, changes.room_id);
    const users = Object.fromEntries(changes.users.map((user) => [user.id, user]));
    const known = { ...state, users: { ...state.users, ...users } };
    return changeRoom(known, changes.room_id, (room, viewer) => applyChanges(room, changes, viewer));
  });
}
