import { type RefObject, useEffect, useRef } from "react";
import type { VirtuosoHandle } from "react-virtuoso";

const RECENT_MS = 600;

/**
 * The end stays in view while messages pour in. Only the person leaves it: a list that grew faster than
 * it could scroll is "not at the bottom" too, and must not be taken for somebody who scrolled up.
 */
export function usePinned(
  list: RefObject<VirtuosoHandle | null>,
  { startsPinned, isPresent }: { readonly startsPinned: boolean; readonly isPresent: boolean },
  tell: (isAtEnd: boolean) => void,
) {
  const isPinned = useRef(startsPinned);
  const movedAt = useRef(0);
  const toEnd = () => list.current?.scrollToIndex({ index: "LAST", align: "end" });
  const pin = (next: boolean) => {
    isPinned.current = next;
    tell(next);
  };
  const moved = () => {
    movedAt.current = Date.now();
  };
  const frame = useStayingAtEnd(list, isPinned);
  return {
    isPinned,
    frame,
    unpin: () => pin(false),
    onAtBottom: (isAtBottom: boolean) => {
      // The end of what is loaded is no end to stay at: each page would be turned past unread.
      if (isAtBottom) pin(isPresent);
      else if (!isPinned.current || Date.now() - movedAt.current < RECENT_MS) pin(false);
      else toEnd();
    },
    onGrowth: () => {
      if (isPinned.current && Date.now() - movedAt.current > RECENT_MS) toEnd();
    },
    byHand: { onWheel: moved, onTouchMove: moved, onPointerDown: moved, onKeyDownCapture: moved },
  };
}

/** The box the list is in: whatever takes of its height (files to send, a keyboard) hides nothing of the end. */
function useStayingAtEnd(list: RefObject<VirtuosoHandle | null>, isPinned: RefObject<boolean>) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!frame.current || !("ResizeObserver" in window)) return;
    const observer = new ResizeObserver(() => {
      if (isPinned.current) list.current?.scrollTo({ top: Number.MAX_SAFE_INTEGER });
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [list, isPinned]);
  return frame;
}
