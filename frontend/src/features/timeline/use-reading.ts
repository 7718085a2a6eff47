import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { markRead, markUnread } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { reachesPresent, shownMessages } from "@/realtime/timeline";

const SEEN_AFTER_MS = 700;
const REPEAT_AFTER_MS = 5000;

type Reading = {
  /** The last message that was read when the person came (back): the "new" line goes after it. */
  readonly dividerAfter: number | null;
  readonly markUnreadFrom: (seq: number) => void;
};

export function useReading(state: RoomState, isAtEnd: boolean): Reading {
  const { room, membership, timeline } = state;
  const hasFocus = useFocus();
  const isLive = useLive((live) => live.phase.name === "live");
  const [isHeldUnread, setHeldUnread] = useState(false);
  const lastSeq = shownMessages(timeline).at(-1)?.seq ?? 0;
  const canRead = isLive && hasFocus && isAtEnd && !isHeldUnread && reachesPresent(timeline);
  const isRead = membership.last_read_seq >= lastSeq;
  const [dividerAfter, setDividerAfter] = useDivider(state, hasFocus, lastSeq);

  useEffect(() => {
    if (!canRead || isRead) return;
    return untilDone(() => markRead(room.id, lastSeq));
  }, [canRead, isRead, room.id, lastSeq]);

  const markUnreadFrom = useCallback(
    (seq: number) => {
      // What was just marked unread stays so until the person comes back to the room.
      setHeldUnread(true);
      setDividerAfter(seq - 1);
      void markUnread(room.id, seq);
    },
    [room.id, setDividerAfter],
  );
  return { dividerAfter, markUnreadFrom };
}

/** Tries after a moment and, while there is no answer, again; a lost connection ends it and begins it anew. */
function untilDone(action: () => Promise<boolean>): () => void {
  let isWanted = true;
  const run = async () => {
    const isDone = await action();
    if (isWanted && !isDone) timer = setTimeout(run, REPEAT_AFTER_MS);
  };
  let timer = setTimeout(run, SEEN_AFTER_MS);
  return () => {
    isWanted = false;
    clearTimeout(timer);
  };
}

function useDivider({ membership }: RoomState, hasFocus: boolean, lastSeq: number) {
  const [after, setAfter] = useState(() => (membership.unread > 0 ? membership.last_read_seq : null));
  const [hadFocus, setHadFocus] = useState(hasFocus);
  if (hadFocus !== hasFocus) {
    setHadFocus(hasFocus);
    if (!hasFocus && membership.last_read_seq >= lastSeq) setAfter(lastSeq);
    if (hasFocus && after === lastSeq) setAfter(null);
  }
  return [after, setAfter] as const;
}

function useFocus(): boolean {
  return useSyncExternalStore(
    subscribeToFocus,
    () => document.visibilityState === "visible" && document.hasFocus(),
  );
}

function subscribeToFocus(notify: () => void): () => void {
  window.addEventListener("focus", notify);
  window.addEventListener("blur", notify);
  document.addEventListener("visibilitychange", notify);
  return () => {
    window.removeEventListener("focus", notify);
    window.removeEventListener("blur", notify);
    document.removeEventListener("visibilitychange", notify);
  };
}
