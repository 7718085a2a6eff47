import { type RefObject, useRef } from "react";
import type { VirtuosoHandle } from "react-virtuoso";

const RECENT_MS = 600;

/**
 * The end stays in view while messages pour in. Only the person leaves it: a list that grew faster than
 * it could scroll is "not at the bottom" too, and must not be taken for somebody who scrolled up.
 */
export function usePinned(
  list: RefObject<VirtuosoHandle | null>,
  startsPinned: boolean,
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
  return {
    isPinned,
    unpin: () => pin(false),
    onAtBottom: (isAtBottom: boolean) => {
      if (isAtBottom) pin(true);
      else if (!isPinned.current || Date.now() - movedAt.current < RECENT_MS) pin(false);
      else toEnd();
    },
    onGrowth: () => {
      if (isPinned.current && Date.now() - movedAt.current > RECENT_MS) toEnd();
    },
    byHand: { onWheel: moved, onTouchMove: moved, onPointerDown: moved, onKeyDownCapture: moved },
  };
}
