import { create } from "zustand";
import { ApiError } from "@/api/client";
import { cancelUpload } from "@/api/files";
import type { FileInfo, Id } from "@/api/wire";
import { formatBytes } from "@/lib/bytes";
import { uuid } from "@/lib/uuid";
import type { OutboxFile } from "@/realtime/database";
import { sendFile } from "@/realtime/sending-files";

export type Progress = {
  readonly share: number;
  readonly uploadId: Id | null;
  readonly file: FileInfo | null;
  readonly error: string | null;
  /** No other attempt can change it. */
  readonly isRefused: boolean;
};

type Running = { readonly done: Promise<FileInfo>; readonly abort: AbortController };

const NOTHING: Progress = { share: 0, uploadId: null, file: null, error: null, isRefused: false };
const running = new Map<string, Running>();
const addresses = new Map<string, string>();

/** How far each file of this tab has come, by its key. */
export const useUploads = create<Readonly<Record<string, Progress>>>(() => ({}));

function note(key: string, change: Partial<Progress>): void {
  useUploads.setState((all) => ({ [key]: { ...(all[key] ?? NOTHING), ...change } }));
}

/** What is known of a picked file before the server has seen it; of a picture also its size, so that nothing jumps. */
export async function describe(file: File): Promise<OutboxFile> {
  const size = await measured(file);
  const { name, type, size: bytes } = file;
  return {
    key: uuid(),
    name: visible(name) || "file",
    type,
    size: bytes,
    ...size,
    bytes: file,
    upload_id: null,
  };
}

// As the server does: turned around by such a sign, a page would pass for a picture before it is sent.
const SIGNS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function visible(name: string): string {
  return name.replace(SIGNS, "").trim();
}

const SHOWN = ["image/png", "image/jpeg", "image/gif", "image/webp"];

async function measured(file: File): Promise<{ readonly width: number; readonly height: number }> {
  try {
    if (!SHOWN.includes(file.type)) return { width: 0, height: 0 };
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return { width: 0, height: 0 };
  }
}

/** Begins to send a file, or joins what is under way; resolves when the server has looked at it. */
export function upload(file: OutboxFile, roomId: Id): Promise<FileInfo> {
  const known = running.get(file.key);
  if (known) return known.done;
  const abort = new AbortController();
  note(file.key, { error: null, share: 0 });
  const done = sendFile({
    bytes: file.bytes,
    ask: { name: file.name, size: file.size, media_type: file.type, purpose: "message", room_id: roomId },
    uploadId: useUploads.getState()[file.key]?.uploadId ?? file.upload_id,
    signal: abort.signal,
    onBegun: (uploadId) => abort.signal.aborted || note(file.key, { uploadId }),
    onProgress: (share) => abort.signal.aborted || note(file.key, { share }),
  });
  running.set(file.key, { done, abort });
  done.then(
    (found) => {
      if (!abort.signal.aborted) note(file.key, { file: found, share: 1 });
      else cancelUpload(found.id).catch(() => undefined);
    },
    (error: unknown) => {
      running.delete(file.key);
      if (!abort.signal.aborted)
        note(file.key, { uploadId: null, error: reasonOf(error), isRefused: isTooLarge(error) });
    },
  );
  return done;
}

function isTooLarge(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 413;
}

function reasonOf(error: unknown): string {
  const most = isTooLarge(error) ? error.body.data?.most : undefined;
  if (typeof most === "number") return `Larger than ${formatBytes(most)}. Remove it to send the rest.`;
  return error instanceof Error ? error.message : "Something went wrong.";
}

export function cancel(key: string): void {
  running.get(key)?.abort.abort();
  const held = useUploads.getState()[key]?.file;
  // It counts against what the person may store until it goes.
  if (held) cancelUpload(held.id).catch(() => undefined);
  forget(key);
}

/** The server may have let it go since: asked anew when the message is tried again. */
export function doubt(key: string): void {
  running.delete(key);
  useUploads.setState((all) => (all[key] ? { [key]: { ...all[key], file: null } } : {}));
}

/** The server has it in a message: nothing of it is needed here any more. */
export function forget(key: string): void {
  running.delete(key);
  const address = addresses.get(key);
  // What is on screen changes to the server's address first.
  if (address) setTimeout(() => URL.revokeObjectURL(address), 10_000);
  addresses.delete(key);
  useUploads.setState(({ [key]: _, ...rest }) => rest, true);
}

/** An address of this tab's own for the bytes. */
export function addressOf(file: OutboxFile): string {
  const known = addresses.get(file.key);
  if (known) return known;
  const address = URL.createObjectURL(file.bytes);
  addresses.set(file.key, address);
  return address;
}

/** A file that is still on its way, as if it had arrived. */
export function localFile(file: OutboxFile): FileInfo {
  const { key, name, type, size, width, height } = file;
  const url = addressOf(file);
  return { id: key, name, type, size, width, height, moves: false, url, thumbnail: width > 0 ? url : null };
}

/** Sends a picture of a person or a room; resolves to the id of the file. */
export async function uploadPicture(file: File, roomId: Id | null): Promise<Id> {
  const found = await sendFile({
    bytes: file,
    ask: {
      name: file.name,
      size: file.size,
      media_type: file.type,
      ...(roomId === null ? { purpose: "avatar" } : { purpose: "picture", room_id: roomId }),
    },
    uploadId: null,
    signal: new AbortController().signal,
    onBegun: () => undefined,
    onProgress: () => undefined,
  });
  return found.id;
}
