import { create } from "zustand";
import type { Id, Message, User } from "@/api/wire";
import type { OutboxItem } from "@/realtime/database";
import { EMPTY_STATE, type LiveState } from "@/realtime/live-state";
import type { RoomState } from "@/realtime/room-state";
import type { Phase } from "@/realtime/socket";

export type LiveStore = LiveState & { readonly phase: Phase; readonly outbox: readonly OutboxItem[] };

export const EMPTY_STORE: LiveStore = { ...EMPTY_STATE, phase: { name: "idle" }, outbox: [] };

export const useLive = create<LiveStore>(() => EMPTY_STORE);

export function changeLive(change: (state: LiveState) => LiveState): void {
  useLive.setState((state) => change(state));
}

export function useRoom(roomId: Id): RoomState | undefined {
  return useLive((state) => state.rooms[roomId]);
}

export function useUser(userId: Id): User | undefined {
  return useLive((state) => state.users[userId]);
}

export function useIsBlocked(userId: Id): boolean {
  return useLive((state) => state.blocked.includes(userId));
}

export function useMyId(): Id {
  return useLive((state) => state.me?.id ?? "");
}

export function useHeldMessage(roomId: Id, messageId: Id | null): Message | undefined {
  return useLive((state) => (messageId ? state.rooms[roomId]?.timeline.messages.get(messageId) : undefined));
}
