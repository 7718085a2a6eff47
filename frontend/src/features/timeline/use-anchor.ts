import { useRef } from "react";
import type { Row } from "@/features/timeline/rows";

const BASE = 1_000_000;

type Anchor = { readonly firstKey: string; readonly firstIndex: number; readonly generation: number };

/**
 * The list keeps its place when older rows are put above, because the index of the first row falls by
 * as many. Where nothing of the old rows is left (a jump, a reset) a new generation starts afresh.
 */
export function useAnchor(rows: readonly Row[]): Anchor {
  const anchor = useRef<Anchor | null>(null);
  const firstKey = rows[0]?.key ?? "";
  if (anchor.current?.firstKey !== firstKey) anchor.current = moved(anchor.current, rows, firstKey);
  return anchor.current;
}

function moved(anchor: Anchor | null, rows: readonly Row[], firstKey: string): Anchor {
  const added = anchor ? rows.findIndex(({ key }) => key === anchor.firstKey) : -1;
  if (anchor && added > 0) return { ...anchor, firstKey, firstIndex: anchor.firstIndex - added };
  return { firstKey, firstIndex: BASE, generation: (anchor?.generation ?? 0) + 1 };
}
