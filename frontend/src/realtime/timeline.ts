import type { Where } from "@/api/rooms";
import type { Id, Message, Page } from "@/api/wire";

const UNSEEN_LIMIT = 3000;
const UNSEEN_KEPT = 1000;

/** The stretch of the room that is on screen. `to` is Infinity where it reaches the present. */
export type Window = { readonly from: number; readonly to: number; readonly hasBefore: boolean };

export interface Timeline {
  /** Everything held, on screen or not: live messages of an unopened room, quoted ones, edits of old ones. */
  readonly messages: ReadonlyMap<Id, Message>;
  /** No message created after this revision is missing from `messages`. */
  readonly since: number;
  readonly window: Window | null;
}

export function emptyTimeline(since: number): Timeline {
  return { messages: new Map(), since, window: null };
}

export function putMessages(timeline: Timeline, incoming: readonly Message[]): Timeline {
  const newer = incoming.filter((message) => message.rev > (timeline.messages.get(message.id)?.rev ?? -1));
  if (newer.length === 0) return timeline;
  const messages = new Map(timeline.messages);
  for (const message of newer) messages.set(message.id, message);
  return { ...timeline, messages };
}

export function putPage(timeline: Timeline, page: Page, where: Where): Timeline {
  const held = putMessages(timeline, [...page.messages, ...page.quoted]);
  return { ...held, window: windowAfter(timeline.window, page, where) };
}

function windowAfter(window: Window | null, page: Page, where: Where): Window | null {
  const from = page.has_before ? (page.messages[0]?.seq ?? 0) : 0;
  const to = page.has_after ? (page.messages.at(-1)?.seq ?? 0) : Number.POSITIVE_INFINITY;
  if (where.before === undefined && where.after === undefined)
    return { from, to, hasBefore: page.has_before };
  // An answer to a question about another window (the room was reset or jumped meanwhile) says nothing here.
  if (window && where.before === window.from) return { ...window, from, hasBefore: page.has_before };
  if (window && where.after === window.to) return { ...window, to };
  return window;
}

export function resetTimeline(
  rev: number,
  messages: readonly Message[],
  quoted: readonly Message[],
  hasBefore: boolean,
): Timeline {
  const from = hasBefore ? (messages[0]?.seq ?? 0) : 0;
  const window = { from, to: Number.POSITIVE_INFINITY, hasBefore };
  return { ...putMessages(emptyTimeline(rev), [...messages, ...quoted]), window };
}

/** The first place from which on every message is held; what is before may be missing. */
export function completeFrom({ window, since }: Timeline): number {
  return window?.to === Number.POSITIVE_INFINITY ? Math.min(window.from, since + 1) : since + 1;
}

/**
 * Back to the present, with the newest `count` messages of those held without a hole up to it: rooms that were
 * scrolled far back do not stay in memory. Where none are, as in the middle of a room, the window closes.
 */
export function trimTimeline(timeline: Timeline, count: number): Timeline {
  const { messages, window } = timeline;
  const isPresent = reachesPresent(timeline);
  if (messages.size <= count && (isPresent || !window)) return timeline;
  const held = heldFrom(timeline, completeFrom(timeline));
  const kept = held.slice(-count);
  const trimmed = { ...timeline, messages: withQuoted(timeline, kept) };
  if (isPresent && kept.length === held.length) return trimmed;
  const from = kept[0]?.seq;
  if (from === undefined) return { ...trimmed, window: null };
  const opened = { from, to: Number.POSITIVE_INFINITY, hasBefore: true };
  return { ...trimmed, since: from - 1, window: window && opened };
}

/** Of what arrives in a room that nobody looks at the newest. One on screen is kept smaller by its list. */
export function bounded(timeline: Timeline): Timeline {
  const isInMiddle = timeline.window !== null && !reachesPresent(timeline);
  if (isInMiddle || timeline.messages.size <= UNSEEN_LIMIT) return timeline;
  return trimTimeline(timeline, UNSEEN_KEPT);
}

/**
 * Keeps of what is shown the places `from` to `to`, and apart from it the newest `count` messages, to go back to.
 * What is dropped is read again by whoever scrolls there.
 */
export function keepAround(timeline: Timeline, from: number, to: number, count: number): Timeline {
  const { window, since } = timeline;
  const shown = shownMessages(timeline);
  const near = shown.filter(({ seq }) => seq >= from && seq <= to);
  const [first, last] = [near[0], near.at(-1)];
  if (!window || !first || !last) return timeline;
  const newest = heldFrom(timeline, completeFrom(timeline)).slice(-count);
  const messages = withQuoted(timeline, [...near, ...newest]);
  if (messages.size === timeline.messages.size) return timeline;
  const isCutAbove = first !== shown[0];
  return {
    messages,
    since: newest[0] ? newest[0].seq - 1 : since,
    window: {
      from: isCutAbove ? first.seq : window.from,
      to: last === shown.at(-1) ? window.to : last.seq,
      hasBefore: window.hasBefore || isCutAbove,
    },
  };
}

/** How many messages are held without a hole up to the present. */
export function latestHeld(timeline: Timeline): number {
  return heldFrom(timeline, completeFrom(timeline)).length;
}

function heldFrom({ messages }: Timeline, from: number, to = Number.POSITIVE_INFINITY): readonly Message[] {
  return [...messages.values()]
    .filter(({ seq }) => seq >= from && seq <= to)
    .sort((left, right) => left.seq - right.seq);
}

function withQuoted({ messages }: Timeline, kept: readonly Message[]): ReadonlyMap<Id, Message> {
  const quoted = kept.flatMap(({ reply_to }) => messages.get(reply_to ?? "") ?? []);
  return new Map([...quoted, ...kept].map((message) => [message.id, message]));
}

/** What was below `from` is no more: the room keeps its messages for some days only. */
export function forgetBefore(timeline: Timeline, from: number): Timeline {
  if (![...timeline.messages.values()].some(({ seq }) => seq < from)) return timeline;
  const messages = new Map([...timeline.messages].filter(([, { seq }]) => seq >= from));
  const { window } = timeline;
  const isAtStart = window !== null && window.from < from;
  return { ...timeline, messages, window: isAtStart ? { ...window, from, hasBefore: false } : window };
}

const shownCache = new WeakMap<Timeline, readonly Message[]>();

export function shownMessages(timeline: Timeline): readonly Message[] {
  const cached = shownCache.get(timeline);
  if (cached) return cached;
  const { window } = timeline;
  const shown = window ? heldFrom(timeline, window.from, window.to) : [];
  shownCache.set(timeline, shown);
  return shown;
}

export function reachesPresent(timeline: Timeline): boolean {
  return timeline.window?.to === Number.POSITIVE_INFINITY;
}
