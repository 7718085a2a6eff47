import { expect, it } from "vitest";
import type { Message } from "@/api/wire";
import { buildRows } from "@/features/timeline/rows";
import { ANN, ME, message } from "@/testing/samples";

const build = (shown: readonly Message[], dividerAfter: number | null = null) =>
  buildRows({ shown, outbox: [], isFromStart: true, isComplete: true, dividerAfter, me: ME });
const messages = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, at) => message(first + at));
/** The places at which something else stands than before. */
const changed = (before: readonly unknown[], after: readonly unknown[]) =>
  after.flatMap((row, at) => (row === before[at] ? [] : [at]));

it("keeps every row when a message arrives", () => {
  const shown = messages(1, 50);
  const before = build(shown);
  expect(changed(before, build([...shown, message(51)]))).toEqual([50]);
});

it("makes the row of a changed message anew, and no other", () => {
  const shown = messages(1, 50);
  const before = build(shown);
  const edited = shown.map((each) => (each.seq === 20 ? { ...each, text: "edited", rev: 60 } : each));
  expect(changed(before, build(edited))).toEqual([19]);
});

it("puts a page above and changes only the row it is put on", () => {
  const shown = messages(11, 20);
  const before = build(shown);
  const after = build([...messages(1, 10), ...shown]).slice(10);
  expect(changed(before, after)).toEqual([0]);
  expect(before[0]).toMatchObject({ isLead: true, day: expect.any(String) });
  expect(after[0]).toMatchObject({ isLead: false, day: null });
});

it("repeats the author again once another one wrote in between", () => {
  const [first, second] = [message(1, { author_id: ANN }), message(3, { author_id: ANN })];
  expect(build([first, second])[1]?.isLead).toBe(false);
  const between = message(2, { author_id: ME });
  expect(build([first, between, second]).map(({ isLead }) => isLead)).toEqual([true, true, true]);
});

it("moves the line of what is new without touching the others", () => {
  const shown = messages(1, 10);
  const before = build(shown, 4);
  expect(before.map(({ isNew }) => isNew).indexOf(true)).toBe(4);
  expect(changed(before, build(shown))).toEqual([4]);
});
