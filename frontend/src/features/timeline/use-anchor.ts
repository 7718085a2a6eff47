import { useRef } from "react";
import type { Row } from "@/features/timeline/rows";

const BASE = 1_000_000;

type Anchor = { readonly rows: readonly Row[]; readonly firstIndex: number; readonly generation: number };

/**
 * The list keeps its place when older rows are put above or dropped there, because the index of the first row
 * falls or rises by as many. Where nothing of the old rows is left (a jump, a reset) a new generation starts afresh.
 */
export function useAnchor(rows: readonly Row[]): Anchor {
  const anchor = useRef<Anchor | null>(null);
  if (anchor.current?.rows !== rows) anchor.current = moved(anchor.current, rows);
  return anchor.current;
}

function moved(anchor: Anchor | null, rows: readonly Row[]): Anchor {
  const added = placeIn(rows, anchor?.rows[0]);
  const dropped = placeIn(anchor?.rows ?? [], rows[0]);
  if (anchor && added >= 0) return { ...anchor, rows, firstIndex: anchor.firstIndex - added };
  if (anchor && dropped >= 0) return { ...anchor, rows, firstIndex: anchor.firstIndex + dropped };
  return { rows, firstIndex: BASE, generation: (anchor?.generation ?? 0) + 1 };
}

function placeIn(rows: readonly Row[], row: Row | undefined): number {
  return row ? rows.findIndex(({ key }) => key === row.key) : -1;
}
