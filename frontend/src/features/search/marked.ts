export type Part = { readonly start: number; readonly text: string; readonly isFound: boolean };

/** Cuts a text where something was found in it: the ranges are in order and count as strings do here. */
export function marked(text: string, found: readonly (readonly [number, number])[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const take = (end: number, isFound: boolean) => {
    if (end > at) parts.push({ start: at, text: text.slice(at, end), isFound });
    at = Math.max(at, end);
  };
  for (const [start, end] of found) {
    take(start, false);
    take(end, true);
  }
  take(text.length, false);
  return parts;
}
