import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Where } from "@/api/rooms";
import type { Message, Page } from "@/api/wire";
import { applyPage, type RoomState, receive, roomFromEntry, withTimeline } from "@/realtime/room-state";
import { keepAround, reachesPresent, shownMessages, trimTimeline } from "@/realtime/timeline";
import { ANN, entry, message, user, VIEWER } from "@/testing/samples";

const PAGE = 10;
const KEPT = 12;

/** What a server that holds the messages 1 to `last` answers. */
function answer(last: number, where: Where, size = PAGE): Page {
  const { before = last + 1, after, around } = where;
  const middle = around === undefined ? undefined : Math.max(1, around - size / 2);
  const first = middle ?? (after === undefined ? Math.max(1, before - size) : after + 1);
  const end = after === undefined && middle === undefined ? before - 1 : Math.min(last, first + size - 1);
  const messages = Array.from({ length: Math.max(0, end - first + 1) }, (_, at) => message(first + at));
  const ends = { has_before: first > 1, has_after: end < last };
  return { room_id: "10", epoch: "e1", rev: last, messages, quoted: [], users: [], ...ends };
}

function arrive(state: RoomState): RoomState {
  const sent = message(state.cursor + 1);
  const place = { room_id: "10", rev: sent.rev, author: user(ANN, "Ann"), quoted: null };
  return receive(state, { type: "message.created", ...place, message: sent }, VIEWER);
}

const read = (state: RoomState, where: Where): RoomState =>
  applyPage(state, answer(state.cursor, where), where, VIEWER);

function opened(count: number, where: Where = {}): RoomState {
  const heads = { rev: count, last_seq: count };
  return read(roomFromEntry(entry(heads, { last_read_seq: count })), where);
}

const seqs = (messages: Iterable<Message>) =>
  [...messages].map(({ seq }) => seq).sort((left, right) => left - right);
const shown = ({ timeline }: RoomState) => seqs(shownMessages(timeline));
const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);

const STEPS: readonly ((state: RoomState, at: number) => RoomState)[] = [
  arrive,
  (state) => read(state, { before: state.timeline.window?.from ?? 0 }),
  (state) =>
    state.timeline.window && !reachesPresent(state.timeline)
      ? read(state, { after: state.timeline.window.to })
      : state,
  (state, at) => {
    const [first = 0, last = 0] = [shown(state)[0], shown(state).at(-1)];
    const middle = first + (at % Math.max(1, last - first));
    return withTimeline(state, keepAround(state.timeline, middle - PAGE, middle + PAGE, KEPT));
  },
  (state) => withTimeline(state, trimTimeline(state.timeline, KEPT)),
  (state) => read(state, {}),
  (state, at) => read(state, { around: 1 + (at % state.cursor) }),
];

/** All that the window promises to show is there, and all that came after `since`. */
function expectWhole({ timeline, cursor }: RoomState): void {
  const { window, since, messages } = timeline;
  if (window) {
    const first = window.hasBefore ? window.from : 1;
    expect(shownSeqs(timeline)).toEqual(range(first, Math.min(window.to, cursor)));
  }
  const newest = [...messages.values()].filter(({ seq }) => seq > since);
  expect(seqs(newest)).toEqual(range(since + 1, cursor));
}
const shownSeqs = (timeline: RoomState["timeline"]) => seqs(shownMessages(timeline));

describe("what is dropped far from the screen", () => {
  it("leaves no hole, whatever is read, dropped and received in whichever order", () => {
    const steps = fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.nat(200)), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), steps, (count, story) => {
        let state = opened(count);
        for (const [kind, at] of story) {
          state = STEPS[kind]?.(state, at) ?? state;
          expectWhole(state);
        }
      }),
    );
  });

  it("is there again, the same, when it is read again", () => {
    let whole = opened(60);
    while (whole.timeline.window?.hasBefore) whole = read(whole, { before: whole.timeline.window.from });
    let state = withTimeline(whole, keepAround(whole.timeline, 20, 30, KEPT));
    expect(shown(state)).toEqual(range(20, 30));
    expect(seqs(state.timeline.messages.values())).toEqual([...range(20, 30), ...range(49, 60)]);
    while (state.timeline.window?.hasBefore) state = read(state, { before: state.timeline.window.from });
    while (!reachesPresent(state.timeline)) state = read(state, { after: state.timeline.window?.to ?? 0 });
    expect(shownMessages(state.timeline)).toEqual(shownMessages(whole.timeline));
  });

  it("is nothing where all is near", () => {
    const { timeline } = opened(8);
    expect(keepAround(timeline, 0, Number.POSITIVE_INFINITY, KEPT)).toBe(timeline);
  });

  it("does not take what a kept message replies to", () => {
    const asked = message(3);
    const reply = message(60, { reply_to: asked.id });
    const page = {
      ...answer(60, {}),
      messages: [...answer(60, {}).messages.slice(0, -1), reply],
      quoted: [asked],
    };
    const state = applyPage(roomFromEntry(entry({ rev: 60, last_seq: 60 })), page, {}, VIEWER);
    expect(keepAround(state.timeline, 58, 60, 2).messages.get(asked.id)).toEqual(asked);
    expect(trimTimeline(state.timeline, 2).messages.get(asked.id)).toEqual(asked);
  });

  it("goes back to the present without asking, and does not claim more than is held", () => {
    let state = opened(60);
    state = withTimeline(state, keepAround(state.timeline, 51, 52, 5));
    expect(shown(state)).toEqual([51, 52]);
    state = arrive(state);
    state = withTimeline(state, trimTimeline(state.timeline, 4));
    expect(shown(state)).toEqual([58, 59, 60, 61]);
    expect(state.timeline.window).toMatchObject({ from: 58, hasBefore: true });
  });

  it("closes a window in the middle where nothing newer is held", () => {
    const { timeline } = opened(60, { around: 20 });
    expect(trimTimeline(timeline, KEPT)).toMatchObject({ window: null, since: 60 });
  });

  it("keeps the count of what is unread", () => {
    let state = opened(5);
    for (let sent = 0; sent < 30; sent++) state = arrive(state);
    expect(state.membership.unread).toBe(30);
    state = arrive(withTimeline(state, trimTimeline(state.timeline, 10)));
    expect(state.membership.unread).toBe(31);
  });
});

describe("a room that nobody opens", () => {
  it("counts what arrives and holds the newest only", () => {
    let state = roomFromEntry(entry());
    for (let sent = 0; sent < 3500; sent++) state = arrive(state);
    expect(state.timeline.messages.size).toBeLessThanOrEqual(3000);
    expect(state.membership.unread).toBe(100);
    expectWhole(state);
  });
});
