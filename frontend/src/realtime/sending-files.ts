import { ApiError } from "@/api/client";
import { askUpload, cancelUpload, completeUpload, type NewUpload, resumeUpload, sendPart } from "@/api/files";
import type { FileInfo, Id, Upload } from "@/api/wire";
import { fullJitter } from "@/lib/backoff";

export type Job = {
  readonly bytes: Blob;
  readonly ask: NewUpload;
  readonly uploadId: Id | null;
  readonly signal: AbortSignal;
  readonly onBegun: (uploadId: Id) => void;
  readonly onProgress: (share: number) => void;
};

/** Sends a file, going on where it stopped for as long as it takes; gives up only when the server says no. */
export async function sendFile(job: Job): Promise<FileInfo> {
  const begun = { id: job.uploadId };
  for (let attempt = 0; ; attempt++) {
    try {
      return await tryOnce(job, begun);
    } catch (error) {
      if (job.signal.aborted && begun.id) cancelUpload(begun.id).catch(() => undefined);
      if (job.signal.aborted || !isPassing(error)) throw error;
      await pause(waitFor(error, attempt), job.signal);
    }
  }
}

async function tryOnce(job: Job, begun: { id: Id | null }): Promise<FileInfo> {
  const upload = begun.id === null ? await askUpload(job.ask) : await resumed(begun.id, job.ask);
  if (upload && upload.id !== begun.id) {
    begun.id = upload.id;
    job.onBegun(upload.id);
  }
  if (upload) await sendRest(upload, job);
  return completeUpload(begun.id ?? "");
}

/** Null when all of it is there already. One that was collected or refused meanwhile is begun anew. */
async function resumed(id: Id, ask: NewUpload): Promise<Upload | null> {
  try {
    return await resumeUpload(id);
  } catch (error) {
    const code = error instanceof ApiError ? error.body.code : "";
    if (code === "upload.complete") return null;
    if (code === "not_found" || code === "upload.refused") return askUpload(ask);
    throw error;
  }
}

async function sendRest({ parts }: Upload, { bytes, signal, onProgress }: Job): Promise<void> {
  let before = parts.filter(({ done }) => done).reduce((sum, { size }) => sum + size, 0);
  for (const part of parts.filter(({ done }) => !done)) {
    const onSent = (sent: number) => onProgress((before + sent) / bytes.size);
    await sendPart(part, bytes.slice(part.offset, part.offset + part.size), { signal, onSent });
    before += part.size;
    onProgress(before / bytes.size);
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  return error.status >= 500 || error.status === 429 || error.body.code === "upload.incomplete";
}

function waitFor(error: unknown, attempt: number): number {
  const wait = error instanceof ApiError ? error.body.retry_after : undefined;
  return wait === undefined ? fullJitter(attempt) : wait * 1000;
}

/** Ends early when the connection comes back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      window.removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    window.addEventListener("online", go);
    signal.addEventListener("abort", go, { once: true });
  });
}
