import { ApiError, NetworkError } from "@/api/client";
import { authorized } from "@/api/session";
import type { FileInfo, Id, Me, Message, Room, Upload, UploadPart, User } from "@/api/wire";

export type Purpose = "message" | "avatar" | "picture";
export type NewUpload = {
  readonly name: string;
  readonly size: number;
  readonly media_type: string;
  readonly purpose: Purpose;
  readonly room_id?: Id;
};
export type FileKind = "image" | "file" | "link";
export type RoomFiles = {
  readonly messages: readonly Message[];
  readonly users: readonly User[];
  readonly has_before: boolean;
};

export function askUpload(upload: NewUpload): Promise<Upload> {
  return authorized("POST", "/uploads", upload);
}

export function resumeUpload(id: Id): Promise<Upload> {
  return authorized("GET", `/uploads/${id}`);
}

export function completeUpload(id: Id): Promise<FileInfo> {
  return authorized("POST", `/uploads/${id}/complete`);
}

export function cancelUpload(id: Id): Promise<void> {
  return authorized("DELETE", `/uploads/${id}`);
}

export function setAvatar(fileId: Id | null): Promise<Me> {
  return fileId === null
    ? authorized("DELETE", "/me/avatar")
    : authorized("PUT", "/me/avatar", { file_id: fileId });
}

export function setPicture(roomId: Id, fileId: Id | null): Promise<Room> {
  const path = `/rooms/${roomId}/picture`;
  return fileId === null ? authorized("DELETE", path) : authorized("PUT", path, { file_id: fileId });
}

export function listFiles(roomId: Id, kind: FileKind, before: number | null): Promise<RoomFiles> {
  const params = new URLSearchParams({ kind, ...(before === null ? {} : { before: String(before) }) });
  return authorized("GET", `/rooms/${roomId}/files?${params}`);
}

type Sending = { readonly signal: AbortSignal; readonly onSent: (bytes: number) => void };

/** Straight to the store. Not by `fetch`, which tells nothing of how far it has come. */
export function sendPart(part: UploadPart, bytes: Blob, { signal, onSent }: Sending): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(part.method, part.url);
    for (const [name, value] of Object.entries(part.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request.status)));
    request.onerror = request.ontimeout = () => reject(new NetworkError());
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) reject(new DOMException("Cancelled", "AbortError"));
    else request.send(bytes);
  });
}

/** What the store itself answers: its leave may be over (403), which a new one mends. */
function refusal(status: number): Error {
  if (status >= 500 || status === 403 || status === 429) return new NetworkError();
  return new ApiError(status, { code: "upload.refused", message: "The file could not be stored." });
}
