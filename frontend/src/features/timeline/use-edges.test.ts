import { renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useEdges } from "@/features/timeline/use-edges";

const BASE = 1000;
const calls = () => ({ onBefore: vi.fn(), onAfter: vi.fn(), onFar: vi.fn() });

function list(count: number, { held = count, isPinned = false } = {}) {
  const asked = calls();
  const props = { firstIndex: BASE, count, held, isPinned: { current: isPinned }, ...asked };
  const { result, rerender } = renderHook(useEdges, { initialProps: props });
  const seen = (first: number, last: number) =>
    result.current({ startIndex: BASE + first, endIndex: BASE + last });
  return { asked, seen, rerender: (next: Partial<typeof props>) => rerender({ ...props, ...next }) };
}

it("asks for more near the one end and near the other", () => {
  const { asked, seen } = list(500);
  seen(200, 220);
  expect(asked.onBefore).not.toHaveBeenCalled();
  seen(100, 120);
  expect(asked.onBefore).toHaveBeenCalledOnce();
  expect(asked.onAfter).not.toHaveBeenCalled();
  seen(400, 420);
  expect(asked.onAfter).toHaveBeenCalledOnce();
});

it("asks for what is before nobody who stays at the end", () => {
  const { asked, seen } = list(50, { isPinned: true });
  seen(30, 49);
  expect(asked.onBefore).not.toHaveBeenCalled();
  seen(0, 49);
  expect(asked.onBefore).toHaveBeenCalledOnce();
});

it("drops what is far once there is too much, and not before", () => {
  const { asked, seen, rerender } = list(1200);
  seen(600, 620);
  expect(asked.onFar).not.toHaveBeenCalled();
  rerender({ count: 1300, held: 1300 });
  expect(asked.onFar).toHaveBeenCalledExactlyOnceWith(200, 1020);
});

it("drops also where what arrives is held beyond what is shown", () => {
  const { asked, seen, rerender } = list(700);
  seen(300, 320);
  rerender({ held: 1201 });
  expect(asked.onFar).toHaveBeenCalledExactlyOnceWith(-100, 720);
});

it("knows where somebody at the end is while the page is hidden", () => {
  const { asked, seen, rerender } = list(50, { isPinned: true });
  seen(30, 49);
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  rerender({ count: 1201, held: 1201 });
  expect(asked.onFar).toHaveBeenCalledExactlyOnceWith(800, 1600);
  vi.restoreAllMocks();
});
