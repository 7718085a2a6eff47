import { type RefObject, useEffect, useRef } from "react";
import type { ListRange } from "react-virtuoso";

/** So many rows from the end of what is loaded more is asked for: a fast wheel turns through 200 in a second. */
const AHEAD_ROWS = 120;

type Edges = {
  readonly firstIndex: number;
  readonly count: number;
  /** Whoever stays at the end has not asked for what is before. */
  readonly isPinned: RefObject<boolean>;
  readonly onBefore: () => void;
  readonly onAfter: () => void;
};

/** Asks for more before the person gets to the end of it; again with each page, as long as they are near. */
export function useEdges(edges: Edges): (range: ListRange) => void {
  const { firstIndex, count, isPinned, onBefore, onAfter } = edges;
  const range = useRef<ListRange>(null);
  const look = () => {
    // A list that started afresh has not told its own range yet.
    if (!range.current || range.current.endIndex < firstIndex) return;
    const ahead = isPinned.current ? 1 : AHEAD_ROWS;
    if (range.current.startIndex - firstIndex < ahead) onBefore();
    if (firstIndex + count - range.current.endIndex < ahead) onAfter();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each page, not with each message's change
  useEffect(look, [firstIndex, count]);
  return (next) => {
    range.current = next;
    look();
  };
}
