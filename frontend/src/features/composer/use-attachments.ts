import { useCallback, useEffect, useMemo, useState } from "react";
import type { FileInfo, Id } from "@/api/wire";
import type { Intent } from "@/features/composer/intent";
import type { OutboxFile } from "@/realtime/database";
import { cancel, describe, upload, useUploads } from "@/realtime/uploads";
import { toast } from "@/ui/toast";

export const MOST_FILES = 10;

export type AttachmentsModel = ReturnType<typeof useAttachments>;

// A draft's files stay while another room is looked at, as its text does.
const drafts = new Map<Id, readonly OutboxFile[]>();

/** The files of the message being written: on their way as soon as they are picked. Of one being edited: those that stay. */
export function useAttachments(roomId: Id, intent: Intent) {
  const edited = intent?.kind === "edit" ? intent.message : null;
  const [files, setFiles] = useState<readonly OutboxFile[]>(() => (edited ? [] : (drafts.get(roomId) ?? [])));
  const [kept, setKept] = useState<readonly FileInfo[]>(edited?.files ?? []);
  useEffect(() => {
    if (!edited) drafts.set(roomId, files);
  }, [edited, roomId, files]);

  const add = useCallback(async (picked: readonly File[]) => {
    const found = await Promise.all(picked.filter(({ size }) => size > 0).map(describe));
    if (found.length < picked.length) toast("Empty files and folders cannot be sent.");
    setFiles((before) => {
      const room = MOST_FILES - before.length;
      if (found.length > room) toast(`A message holds at most ${MOST_FILES} files.`);
      return [...before, ...found.slice(0, Math.max(0, room))];
    });
  }, []);
  // Begun here and not where they are picked: only those that fit are sent. A second call joins the first.
  useEffect(() => {
    for (const file of files) upload(file, roomId).catch(() => undefined);
  }, [files, roomId]);

  const hasRefused = useUploads((all) => files.some(({ key }) => all[key]?.isRefused));

  const remove = useCallback((key: string) => {
    cancel(key);
    setFiles((before) => before.filter((file) => file.key !== key));
  }, []);
  const retry = useCallback((file: OutboxFile) => void upload(file, roomId).catch(() => undefined), [roomId]);
  const sent = useCallback(() => {
    drafts.delete(roomId);
    setFiles([]);
  }, [roomId]);
  const drop = useCallback((id: Id) => setKept((before) => before.filter((file) => file.id !== id)), []);
  const keptIds = useMemo(() => kept.map(({ id }) => id), [kept]);
  return { files, hasRefused, kept, keptIds, add, remove, retry, sent, drop };
}
