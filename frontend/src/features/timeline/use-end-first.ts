import { useEffect, useState } from "react";
import type { Row } from "@/features/timeline/rows";

/** Fill the highest of screens. */
const END_ROWS = 40;
const SETTLED_FRAMES = 2;

type EndFirst = {
  readonly data: readonly Row[];
  readonly firstIndex: number;
  /** To be told when the list has measured itself. */
  readonly onMeasured: () => void;
};

/**
 * A list that starts at its end starts with its last rows alone and gets the others above them once these
 * stand: to be taken to the end of all of them costs it ten frames in which nothing is to be seen.
 */
export function useEndFirst(rows: readonly Row[], firstIndex: number, startsAtEnd: boolean): EndFirst {
  const [cut, setCut] = useState(startsAtEnd ? firstIndex + rows.length - END_ROWS : firstIndex);
  const [isMeasured, setMeasured] = useState(false);
  useEffect(() => {
    if (isMeasured) return afterFrames(SETTLED_FRAMES, () => setCut(Number.NEGATIVE_INFINITY));
  }, [isMeasured]);
  const missing = Math.max(0, cut - firstIndex);
  return {
    data: missing > 0 ? rows.slice(missing) : rows,
    firstIndex: firstIndex + missing,
    onMeasured: () => setMeasured(true),
  };
}

function afterFrames(count: number, then: () => void): () => void {
  let frame = requestAnimationFrame(function next() {
    count -= 1;
    if (count > 0) frame = requestAnimationFrame(next);
    else then();
  });
  return () => cancelAnimationFrame(frame);
}
