import { useCallback, useEffect, useRef, useState } from "react";
import { readDraft, writeDraft } from "@/features/composer/drafts";
import type { Intent } from "@/features/composer/intent";
import { waitFor } from "@/features/composer/pace";
import { useAttachments } from "@/features/composer/use-attachments";
import { useTypingNotice } from "@/features/composer/use-typing-notice";
import { useNow } from "@/lib/use-now";
import { editMessage } from "@/realtime/actions";
import { live } from "@/realtime/live";
import { useMyId } from "@/realtime/live-store";
import { may } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { shownMessages } from "@/realtime/timeline";

export const LIMIT = 8000;

export type ComposerModel = ReturnType<typeof useComposer>;

export function useComposer(state: RoomState, intent: Intent, onIntent: (intent: Intent) => void) {
  const me = useMyId();
  const roomId = state.room.id;
  const isEdit = intent?.kind === "edit";
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => (isEdit ? intent.message.text : readDraft(me, roomId)));
  const [caret, setCaret] = useState(text.length);
  const typing = useTypingNotice(roomId, may(state, "type") && !isEdit);
  // As the server counts: an emoji is one character, or a few, but never its two code units.
  const length = [...text].length;
  const wait = useWait(state, me);
  const attachments = useAttachments(roomId, intent);
  const kept = isEdit ? attachments.kept : attachments.files;
  const isBlank = text.trim() === "";
  const isReady = length <= LIMIT && !attachments.hasRefused && (isEdit || wait === 0);
  const canSubmit = isReady && (kept.length > 0 ? text === "" || !isBlank : !isBlank);

  const change = useCallback(
    (next: string, nextCaret: number) => {
      setText(next);
      setCaret(nextCaret);
      typing.notice(next);
      if (!isEdit) writeDraft(me, roomId, next);
    },
    [typing.notice, isEdit, me, roomId],
  );
  const replace = useCallback(
    (start: number, end: number, inserted: string) => {
      const next = text.slice(0, start) + inserted + text.slice(end);
      change(next, start + inserted.length);
      placeCaret(box.current, start + inserted.length);
    },
    [text, change],
  );
  useEffect(() => {
    if (intent) box.current?.focus();
  }, [intent]);

  const submit = async () => {
    if (!canSubmit) return;
    if (isEdit) {
      const isSame = text === intent.message.text && kept.length === intent.message.files.length;
      if (isSame || (await editMessage(intent.message, text, attachments.keptIds))) onIntent(null);
      return;
    }
    live.send(roomId, text, intent?.message.id ?? null, attachments.files);
    attachments.sent();
    typing.forget();
    setText("");
    writeDraft(me, roomId, "");
    onIntent(null);
  };
  const editLast = () => {
    const last = shownMessages(state.timeline).findLast(
      ({ author_id, deleted_at }) => author_id === me && !deleted_at,
    );
    if (last && may(state, "edit_own")) onIntent({ kind: "edit", message: last });
    return last !== undefined;
  };
  const insert = (inserted: string) => replace(caret, caret, inserted);
  const cancel = () => onIntent(null);
  return {
    box,
    text,
    caret,
    length,
    canSubmit,
    wait,
    attachments,
    change,
    setCaret,
    replace,
    insert,
    submit,
    editLast,
    cancel,
    stopTyping: typing.stop,
  };
}

function useWait(state: RoomState, me: string): number {
  return waitFor(state, me, useNow(state.room.slow_seconds > 0));
}

function placeCaret(box: HTMLTextAreaElement | null, caret: number): void {
  // After React has written the new value, or the browser would put the caret at the end.
  requestAnimationFrame(() => {
    box?.focus();
    box?.setSelectionRange(caret, caret);
  });
}
