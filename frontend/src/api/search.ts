import { authorized } from "@/api/session";
import type { Id, Message, User } from "@/api/wire";

export interface Hit {
  readonly message_id: Id;
  readonly room_id: Id;
  readonly seq: number;
  readonly author_id: Id;
  readonly created_at: string;
  readonly edited_at: string | null;
  readonly pinned: boolean;
  readonly has: readonly ("file" | "image" | "link")[];
  readonly text: string;
  readonly found: readonly (readonly [number, number])[];
  readonly cut_before: boolean;
  readonly cut_after: boolean;
}

export interface Results {
  readonly results: readonly Hit[];
  readonly users: readonly User[];
  readonly next: string | null;
  readonly complete: boolean;
  /** These come with the first page alone. */
  readonly count?: number;
  readonly more?: boolean;
  readonly unknown?: readonly string[];
}

export type Sort = "newest" | "best";

export function searchMessages(query: string, sort: Sort, cursor: string | null): Promise<Results> {
  const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const params = new URLSearchParams({ q: query, sort, tz, ...(cursor ? { cursor } : {}) });
  return authorized("GET", `/search?${params}`);
}

type Pinned = { readonly results: readonly Message[]; readonly users: readonly User[] };

export function listPinned(roomId: Id): Promise<Pinned> {
  return authorized("GET", `/rooms/${roomId}/pinned`);
}

type Place = { readonly seq: number | null; readonly created_at: string | null };

export function placeAt(roomId: Id, moment: Date): Promise<Place> {
  return authorized("GET", `/rooms/${roomId}/place?${new URLSearchParams({ at: moment.toISOString() })}`);
}
