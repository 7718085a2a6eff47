import { authorized } from "@/api/session";
import type { Id, List, Member, Page, Posting, Room, RoomEntry, RoomKind, RoomRole, User } from "@/api/wire";

export const PAGE_SIZE = 50;
/** Who scrolls wants more at once than who opens a room. */
const SCROLLED_SIZE = 100;

export interface DirectoryRoom {
  readonly id: Id;
  readonly name: string;
  readonly topic: string;
  readonly member_count: number;
  readonly joined: boolean;
}

export type RoomSettings = {
  readonly name?: string;
  readonly topic?: string;
  readonly posting?: Posting;
  readonly slow_seconds?: number;
  readonly retention_days?: number;
};
export type NewRoom = RoomSettings & { readonly kind: Exclude<RoomKind, "direct">; readonly name: string };
export type Where = { readonly before?: number; readonly after?: number; readonly around?: number };

export function createRoom(room: NewRoom): Promise<RoomEntry> {
  return authorized("POST", "/rooms", room);
}

export function openDirect(userIds: readonly Id[]): Promise<RoomEntry> {
  return authorized("POST", "/rooms/direct", { user_ids: userIds });
}

export function browseRooms(query: string, cursor: string | null): Promise<List<DirectoryRoom>> {
  const params = new URLSearchParams({ q: query, ...(cursor ? { cursor } : {}) });
  return authorized("GET", `/rooms/directory?${params}`);
}

export function joinRoom(roomId: Id): Promise<RoomEntry> {
  return authorized("PUT", `/rooms/${roomId}/members/me`);
}

export function leaveRoom(roomId: Id): Promise<void> {
  return authorized("DELETE", `/rooms/${roomId}/members/me`);
}

export function changeRoom(roomId: Id, settings: RoomSettings): Promise<Room> {
  return authorized("PATCH", `/rooms/${roomId}`, settings);
}

export function archiveRoom(roomId: Id, archived: boolean): Promise<Room> {
  return authorized(archived ? "PUT" : "DELETE", `/rooms/${roomId}/archive`);
}

export function inviteMember(roomId: Id, userId: Id): Promise<Member> {
  return authorized("PUT", `/rooms/${roomId}/members/${userId}`);
}

export function removeMember(roomId: Id, userId: Id): Promise<void> {
  return authorized("DELETE", `/rooms/${roomId}/members/${userId}`);
}

export function changeRole(roomId: Id, userId: Id, role: RoomRole): Promise<Member> {
  return authorized("PATCH", `/rooms/${roomId}/members/${userId}`, { role });
}

type MemberList = List<Member> & { readonly users: readonly User[] };

export function listMembers(roomId: Id, cursor: string | null): Promise<MemberList> {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  return authorized("GET", `/rooms/${roomId}/members${query}`);
}

export function readPage(roomId: Id, where: Where): Promise<Page> {
  const isScrolled = where.before !== undefined || where.after !== undefined;
  const params = new URLSearchParams({ limit: String(isScrolled ? SCROLLED_SIZE : PAGE_SIZE) });
  for (const [name, seq] of Object.entries(where)) params.set(name, String(seq));
  return authorized("GET", `/rooms/${roomId}/messages?${params}`);
}
