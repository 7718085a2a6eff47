import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { buildRows } from "@/features/timeline/rows";
import { useAnchor } from "@/features/timeline/use-anchor";
import { ME, message } from "@/testing/samples";

function rows(first: number, last: number) {
  const shown = Array.from({ length: last - first + 1 }, (_, at) => message(first + at));
  return buildRows({ shown, outbox: [], isFromStart: true, isComplete: true, dividerAfter: null, me: ME });
}

/** How far the index of the first row has moved, and whether the list is still the same one. */
function anchored(first: number, last: number) {
  const { result, rerender } = renderHook(useAnchor, { initialProps: rows(first, last) });
  const begun = result.current;
  return (nextFirst: number, nextLast: number) => {
    rerender(rows(nextFirst, nextLast));
    const { firstIndex, generation } = result.current;
    return { moved: firstIndex - begun.firstIndex, isSame: generation === begun.generation };
  };
}

it("keeps each row's index whatever is put above it, below it, or dropped there", () => {
  const show = anchored(101, 200);
  expect(show(51, 200)).toEqual({ moved: -50, isSame: true });
  expect(show(51, 150)).toEqual({ moved: -50, isSame: true });
  expect(show(81, 150)).toEqual({ moved: -20, isSame: true });
  expect(show(111, 250)).toEqual({ moved: 10, isSame: true });
  expect(show(101, 250)).toEqual({ moved: 0, isSame: true });
});

it("starts afresh where nothing of what was shown is left", () => {
  expect(anchored(101, 200)(301, 400).isSame).toBe(false);
  expect(anchored(101, 200)(1, 50).isSame).toBe(false);
});
