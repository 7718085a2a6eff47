import type { FileInfo, Member, Membership, Message, Room, RoomEntry, Upload, User } from "@/api/wire";
import type { OutboxFile } from "@/realtime/database";

export const ME = "1";
export const ANN = "2";
export const VIEWER = { id: ME, blocked: [] };

export function user(id: string, name: string): User {
  return {
    id,
    username: name.toLowerCase(),
    display_name: name,
    avatar_color: "#336699",
    avatar: null,
    status_text: "",
    role: "user",
  };
}

const ALL = {
  post: null,
  react: null,
  edit_own: null,
  delete_own: null,
  delete_any: null,
  mention_room: null,
  invite: null,
  remove_member: null,
  change_roles: null,
  change_settings: null,
  archive: null,
  leave: null,
  type: null,
  pin: null,
};

export function room(fields: Partial<Room> = {}): Room {
  return {
    id: "10",
    kind: "public",
    name: "general",
    topic: "",
    picture: null,
    posting: "everyone",
    slow_seconds: 0,
    retention_days: 0,
    history_from: 0,
    archived_at: null,
    created_at: "2026-11-24T10:00:00.000Z",
    epoch: "e1",
    rev: 0,
    settings_rev: 0,
    last_seq: 0,
    last_message_at: null,
    member_count: 2,
    participants: [],
    capabilities: { member: ALL, moderator: ALL, owner: ALL },
    ...fields,
  };
}

export function membership(fields: Partial<Membership> = {}): Membership {
  return {
    role: "member",
    rank: "member",
    rev: 0,
    last_read_seq: 0,
    read_mark: 0,
    unread: 0,
    mentions: 0,
    muted_until: null,
    posted_at: null,
    restrictions: {},
    ...fields,
  };
}

export function entry(fields: Partial<Room> = {}, own: Partial<Membership> = {}): RoomEntry {
  return { room: room(fields), membership: membership(own) };
}

export function message(seq: number, fields: Partial<Message> = {}): Message {
  return {
    id: String(1000 + seq),
    room_id: "10",
    seq,
    rev: seq,
    client_id: `client-${seq}`,
    author_id: ANN,
    text: `message ${seq}`,
    reply_to: null,
    mentions: { user_ids: [], room: false },
    reactions: [],
    files: [],
    previews: [],
    pinned_by: null,
    pinned_at: null,
    created_at: new Date(Date.UTC(2026, 10, 24, 10, 0, seq)).toISOString(),
    edited_at: null,
    deleted_at: null,
    ...fields,
  };
}

export function fileInfo(id: string, fields: Partial<FileInfo> = {}): FileInfo {
  const url = `/files/${id}`;
  return {
    id,
    name: "a.txt",
    type: "text/plain",
    size: 10,
    width: 0,
    height: 0,
    moves: false,
    url,
    thumbnail: null,
    ...fields,
  };
}

export function outboxFile(key: string, fields: Partial<OutboxFile> = {}): OutboxFile {
  const bytes = new Blob(["0123456789"]);
  return {
    key,
    name: "a.txt",
    type: "text/plain",
    size: 10,
    width: 0,
    height: 0,
    bytes,
    upload_id: null,
    ...fields,
  };
}

export function upload(id: string, done: readonly boolean[]): Upload {
  const parts = done.map((isDone, number) => ({
    number,
    offset: number * 5,
    size: 5,
    done: isDone,
    method: "PUT",
    url: `/media/u/${number}`,
    headers: {},
  }));
  return { id, parts, expires_in: 300 };
}

export function member(userId: string, fields: Partial<Member> = {}): Member {
  return {
    user_id: userId,
    role: "member",
    joined_at: "2026-11-24T10:00:00.000Z",
    rev: 0,
    left: false,
    last_read_seq: 0,
    read_mark: 0,
    ...fields,
  };
}
