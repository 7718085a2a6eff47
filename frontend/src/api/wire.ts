/** The objects of the protocol (docs/protocol.md, section 2), as they arrive. */
export type Id = string;
export type SiteRole = "admin" | "moderator" | "user";
export type RoomRole = "owner" | "moderator" | "member";
export type RoomKind = "public" | "private" | "direct";
export type Posting = "everyone" | "moderators";

export type Capability =
  | "post"
  | "react"
  | "edit_own"
  | "delete_own"
  | "delete_any"
  | "mention_room"
  | "invite"
  | "remove_member"
  | "change_roles"
  | "change_settings"
  | "archive"
  | "leave"
  | "type"
  | "moderate"
  | "pin";

export type Capabilities = Partial<Record<Capability, string | null>>;

export interface User {
  readonly id: Id;
  readonly username: string;
  readonly display_name: string;
  readonly avatar_color: string;
  readonly avatar: string | null;
  readonly status_text: string;
  readonly role: SiteRole;
}

export interface Me extends User {
  readonly email: string;
  readonly suspended_at: string | null;
  readonly created_at: string;
}

export interface Room {
  readonly id: Id;
  readonly kind: RoomKind;
  readonly name: string;
  readonly topic: string;
  readonly picture: string | null;
  readonly posting: Posting;
  /** Seconds a member waits between two messages; 0: none. */
  readonly slow_seconds: number;
  /** Days messages are kept; 0: for ever. Below `history_from` there is nothing any more. */
  readonly retention_days: number;
  readonly history_from: number;
  readonly archived_at: string | null;
  readonly created_at: string;
  readonly epoch: string;
  readonly rev: number;
  readonly settings_rev: number;
  readonly last_seq: number;
  readonly last_message_at: string | null;
  readonly member_count: number;
  readonly participants: readonly Id[];
  readonly capabilities: Readonly<Record<RoomRole, Capabilities>>;
}

export interface Member {
  readonly user_id: Id;
  readonly role: RoomRole;
  readonly joined_at: string;
  readonly rev: number;
  readonly left: boolean;
  readonly last_read_seq: number;
  readonly read_mark: number;
}

export interface Membership {
  readonly role: RoomRole;
  readonly rank: RoomRole;
  readonly rev: number;
  readonly last_read_seq: number;
  readonly read_mark: number;
  readonly unread: number;
  readonly mentions: number;
  readonly muted_until: string | null;
  readonly posted_at: string | null;
  readonly restrictions: Capabilities;
}

export interface RoomEntry {
  readonly room: Room;
  readonly membership: Membership;
}

export interface Reaction {
  readonly emoji: string;
  readonly user_ids: readonly Id[];
}

export interface FileInfo {
  readonly id: Id;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly moves: boolean;
  readonly url: string;
  readonly thumbnail: string | null;
}

export interface Preview {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly site_name: string;
  readonly image: {
    readonly id: Id;
    readonly url: string;
    readonly width: number;
    readonly height: number;
  } | null;
}

export interface UploadPart {
  readonly number: number;
  readonly offset: number;
  readonly size: number;
  readonly done: boolean;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Upload {
  readonly id: Id;
  readonly parts: readonly UploadPart[];
  readonly expires_in: number;
}

export interface Message {
  readonly id: Id;
  readonly room_id: Id;
  readonly seq: number;
  readonly rev: number;
  readonly client_id: string;
  readonly author_id: Id;
  readonly text: string;
  readonly reply_to: Id | null;
  readonly mentions: { readonly user_ids: readonly Id[]; readonly room: boolean };
  readonly reactions: readonly Reaction[];
  readonly files: readonly FileInfo[];
  readonly previews: readonly Preview[];
  readonly pinned_by: Id | null;
  readonly pinned_at: string | null;
  readonly created_at: string;
  readonly edited_at: string | null;
  readonly deleted_at: string | null;
}

export interface Page {
  readonly room_id: Id;
  readonly epoch: string;
  readonly rev: number;
  readonly messages: readonly Message[];
  readonly quoted: readonly Message[];
  readonly users: readonly User[];
  readonly has_before: boolean;
  readonly has_after: boolean;
}

export interface Changes {
  readonly room_id: Id;
  readonly mode: "delta" | "reset" | "gone";
  readonly epoch: string;
  readonly after: number;
  readonly rev: number;
  readonly messages: readonly Message[];
  readonly quoted: readonly Message[];
  readonly members: readonly Member[];
  readonly users: readonly User[];
  readonly room: Room | null;
  readonly membership: Membership | null;
  readonly has_before: boolean;
}

export interface Appeal {
  readonly text: string;
  readonly created_at: string;
  readonly decided_at: string | null;
  readonly granted: boolean;
  readonly answer: string;
}

export type SanctionKind = "warning" | "mute" | "removal" | "ban";

export interface OwnSanction {
  readonly id: Id;
  readonly kind: SanctionKind;
  readonly room_id: Id | null;
  readonly room_name: string;
  readonly reason: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly lifted_at: string | null;
  readonly seen_at: string | null;
  readonly appeal: Appeal | null;
}

export interface DataExport {
  readonly state: "none" | "running" | "ready";
  readonly progress: number;
  readonly asked_at: string | null;
  readonly ready_at: string | null;
  readonly expires_at: string | null;
  readonly size: number;
  /** Ends soon: ask again for another. */
  readonly url: string | null;
}

export interface SignedIn {
  readonly access: string;
  readonly expires_in: number;
  readonly session_id: Id;
  readonly user: Me;
}

export interface SessionInfo {
  readonly id: Id;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly ip: string;
  readonly device: string;
  readonly current: boolean;
}

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  readonly retry_after?: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface List<T> {
  readonly results: readonly T[];
  readonly next: string | null;
}
