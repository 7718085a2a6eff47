import type { Preferences, RoomPreference } from "@/api/notifications";
import type {
  Changes,
  DataExport,
  ErrorBody,
  Id,
  Me,
  Member,
  Membership,
  Message,
  OwnSanction,
  Room,
  RoomEntry,
  User,
} from "@/api/wire";

export type Presence = "online" | "idle" | "offline";

type Durable<Type extends string, Fields> = {
  readonly type: Type;
  readonly room_id: Id;
  readonly rev: number;
} & Readonly<Fields>;

export type DurableEvent =
  | Durable<"message.created", { message: Message; author: User; quoted: Message | null }>
  | Durable<"message.updated", { message: Message }>
  | Durable<"message.deleted", { message: Message }>
  | Durable<"reaction.added", { message: Message; emoji: string; user_id: Id }>
  | Durable<"reaction.removed", { message: Message; emoji: string; user_id: Id }>
  | Durable<"message.pinned", { message: Message; user_id: Id }>
  | Durable<"message.unpinned", { message: Message; user_id: Id }>
  | Durable<"member.added", { member: Member; user: User; member_count: number }>
  | Durable<"member.removed", { member: Member; member_count: number }>
  | Durable<"member.updated", { member: Member }>
  | Durable<"room.updated", { room: Room }>
  | Durable<"room.changes", { changes: Changes }>;

/** A durable event of a later server: its content is unknown, its place in the room is not. */
export type UnknownDurable = Durable<"unknown", object>;
export type RevisedEvent = DurableEvent | UnknownDurable;

export type ReadAdvanced = {
  readonly type: "read.advanced";
  readonly room_id: Id;
  readonly user_id: Id;
  readonly last_read_seq: number;
  readonly read_mark: number;
};

export type MessageJudged = {
  readonly type: "message.judged";
  readonly room_id: Id;
  readonly client_id: string;
  readonly released: boolean;
  readonly reason: string;
};

export type PassingEvent =
  | ReadAdvanced
  | { readonly type: "typing.started"; readonly room_id: Id; readonly user_id: Id }
  | { readonly type: "typing.stopped"; readonly room_id: Id; readonly user_id: Id }
  | { readonly type: "presence.changed"; readonly user_id: Id; readonly status: Presence }
  | { readonly type: "user.updated"; readonly user: User }
  | { readonly type: "room.added"; readonly entry: RoomEntry; readonly users: readonly User[] }
  | { readonly type: "room.removed"; readonly room_id: Id; readonly reason: "left" | "removed" | "banned" }
  | { readonly type: "membership.updated"; readonly room_id: Id; readonly membership: Membership }
  | MessageJudged
  | { readonly type: "export.updated"; readonly export: DataExport }
  | { readonly type: "blocks.updated"; readonly user_ids: readonly Id[] }
  | { readonly type: "sanction.updated"; readonly sanction: OwnSanction }
  | {
      readonly type: "notifications.updated";
      readonly preferences: Preferences | null;
      readonly room: RoomPreference | null;
    }
  | { readonly type: "session.revoked" };

export type KnownEvent = DurableEvent | PassingEvent;
export type ServerEvent = KnownEvent | UnknownDurable;

export type Ready = {
  readonly type: "ready";
  readonly user: Me;
  readonly session_id: Id;
  readonly server_time: string;
  readonly rooms: readonly RoomEntry[];
  readonly users: readonly User[];
  readonly presence: Readonly<Record<Id, Presence>>;
  readonly blocked: readonly Id[];
};

export type ServerFrame =
  | { readonly type: "hello"; readonly protocol: number; readonly heartbeat: number }
  | Ready
  | { readonly type: "ack"; readonly ref: number; readonly data: unknown }
  | { readonly type: "error"; readonly ref: number | null; readonly error: ErrorBody }
  | ServerEvent;

const DURABLE = [
  "message.created",
  "message.updated",
  "message.deleted",
  "reaction.added",
  "reaction.removed",
  "message.pinned",
  "message.unpinned",
  "member.added",
  "member.removed",
  "member.updated",
  "room.updated",
  "room.changes",
] as const satisfies readonly DurableEvent["type"][];

const PASSING = [
  "read.advanced",
  "typing.started",
  "typing.stopped",
  "presence.changed",
  "user.updated",
  "room.added",
  "room.removed",
  "membership.updated",
  "message.judged",
  "export.updated",
  "blocks.updated",
  "sanction.updated",
  "notifications.updated",
  "session.revoked",
] as const satisfies readonly PassingEvent["type"][];

export const EVENT_TYPES: readonly KnownEvent["type"][] = [...DURABLE, ...PASSING];

type MissingType = Exclude<KnownEvent["type"], (typeof DURABLE)[number] | (typeof PASSING)[number]>;
/** Fails to compile when an event of the union is missing from the lists above. */
export const everyEventIsListed: [MissingType] extends [never] ? true : never = true;

const CONTROL = ["hello", "ready", "ack", "error"];

/** A frame is one object or an array of them; what is not known is dropped, what is numbered keeps its number. */
export function parseFrames(text: string): ServerFrame[] {
  const parsed: unknown = JSON.parse(text);
  return (Array.isArray(parsed) ? parsed : [parsed]).flatMap(parseFrame);
}

export function parseFrame(value: unknown): ServerFrame[] {
  const frame = value as { type?: string; room_id?: string; rev?: number };
  if (typeof frame?.type !== "string") return [];
  if (CONTROL.includes(frame.type) || EVENT_TYPES.some((type) => type === frame.type))
    return [value as ServerFrame];
  if (typeof frame.room_id !== "string" || typeof frame.rev !== "number") return [];
  return [{ type: "unknown", room_id: frame.room_id, rev: frame.rev }];
}

export function isRevised(event: ServerEvent): event is RevisedEvent {
  return "rev" in event;
}
