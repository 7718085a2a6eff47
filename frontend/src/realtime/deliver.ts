import { ApiError } from "@/api/client";
import type { Id, Message } from "@/api/wire";
import { database, type OutboxFile, type OutboxItem } from "@/realtime/database";
import type { Outcome, Socket } from "@/realtime/socket";
import { doubt, forget, upload, useUploads } from "@/realtime/uploads";

type Delivered = { readonly message: Message };

/** Sends a message of the outbox, its files first. */
export async function deliver(socket: Socket, item: OutboxItem): Promise<Outcome<Delivered>> {
  let files: readonly Id[];
  const stop = keepBegun(item);
  try {
    files = (await Promise.all(item.files.map((file) => upload(file, item.room_id)))).map(({ id }) => id);
  } catch (error) {
    return error instanceof ApiError
      ? { kind: "rejected", error: error.body }
      : { kind: "unknown", retryAfter: null };
  } finally {
    stop();
  }
  const { room_id, client_id, text, reply_to } = item;
  const outcome = await socket.request<Delivered>("message.send", {
    room_id,
    client_id,
    text,
    ...(reply_to ? { reply_to } : {}),
    ...(files.length > 0 ? { files } : {}),
  });
  for (const { key } of item.files) {
    if (outcome.kind === "ok") forget(key);
    else if (outcome.kind === "rejected") doubt(key);
  }
  return outcome;
}

/** Writes down which uploads were begun, so that a reload goes on with them. */
function keepBegun(item: OutboxItem): () => void {
  if (item.files.length === 0) return () => undefined;
  const write = async () => {
    // One transaction: a message that is discarded in between must not come back.
    const store = (await database()).transaction("outbox", "readwrite").store;
    const held = await store.get(item.client_id);
    if (held) await store.put({ ...held, files: held.files.map(withUpload) });
  };
  const ids = () =>
    item.files
      .map(withUpload)
      .map(({ upload_id }) => upload_id)
      .join();
  let known = item.files.map(({ upload_id }) => upload_id).join();
  const look = () => {
    if (ids() === known) return;
    known = ids();
    void write();
  };
  look();
  return useUploads.subscribe(look);
}

function withUpload(file: OutboxFile): OutboxFile {
  return { ...file, upload_id: useUploads.getState()[file.key]?.uploadId ?? file.upload_id };
}
