import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Id, Me, User } from "@/api/wire";
import type { RoomState } from "@/realtime/room-state";

/** A file of a message on its way. Its bytes are kept until the server has them, so that a reload loses nothing. */
export type OutboxFile = {
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly bytes: Blob;
  /** The upload that was begun, to go on with after a reload. */
  readonly upload_id: Id | null;
};

export type OutboxItem = {
  readonly client_id: string;
  readonly user_id: Id;
  readonly room_id: Id;
  readonly text: string;
  readonly reply_to: Id | null;
  readonly files: readonly OutboxFile[];
  /** Milliseconds, made strictly increasing: the order in which the messages were written. */
  readonly placed_at: number;
  /** Why the server refused it; null while it waits to be sent. */
  readonly failure: string | null;
  /** A moderator has to look at it first. */
  readonly isHeld?: boolean;
  /** As it is it will never be sent, however often it is tried. */
  readonly isFinal?: boolean;
};

export type Remembered = {
  readonly user_id: Id;
  readonly me: Me;
  readonly users: Readonly<Record<Id, User>>;
  /** Absent where an older client wrote it. */
  readonly blocked?: readonly Id[];
};
export type RememberedRoom = { readonly user_id: Id; readonly room_id: Id; readonly state: RoomState };

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxItem; indexes: { user: Id } };
  people: { key: Id; value: Remembered };
  rooms: { key: [Id, Id]; value: RememberedRoom; indexes: { user: Id } };
}

const VERSION = 2;
let opening: Promise<IDBPDatabase<Schema>> | null = null;

export function database(): Promise<IDBPDatabase<Schema>> {
  opening ??= openDB<Schema>("chatflow", VERSION, {
    upgrade(db, before, _, transaction) {
      // What an earlier version remembered of rooms has no files; it is read anew from the server.
      if (before === 1) void transaction.objectStore("rooms").clear();
      if (before > 0) return;
      db.createObjectStore("outbox", { keyPath: "client_id" }).createIndex("user", "user_id");
      db.createObjectStore("people", { keyPath: "user_id" });
      db.createObjectStore("rooms", { keyPath: ["user_id", "room_id"] }).createIndex("user", "user_id");
    },
  });
  return opening;
}
