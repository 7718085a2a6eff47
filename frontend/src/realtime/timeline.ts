import type { Where } from "@/api/rooms";
import type { Id, Message, Page } from "@/api/wire";

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

/** Keeps the newest `count` messages, so that rooms that were scrolled far back do not stay in memory. */
export function trimTimeline(timeline: Timeline, count: number): Timeline {
  const shown = shownMessages(timeline);
  if (timeline.window?.to !== Number.POSITIVE_INFINITY || shown.length <= count) return timeline;
  const kept = shown.slice(-count);
  const quoted = kept.flatMap(({ reply_to }) => timeline.messages.get(reply_to ?? "") ?? []);
  const messages = new Map([...quoted, ...kept].map((message) => [message.id, message]));
  return { ...timeline, messages, window: { ...timeline.window, from: kept[0]?.seq ?? 0, hasBefore: true } };
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
  const shown = window
    ? [...timeline.messages.values()]
        .filter(({ seq }) => seq >= window.from && seq <= window.to)
        .sort((left, right) => left.seq - right.seq)
    : [];
  shownCache.set(timeline, shown);
  return shown;
}

export function reachesPresent(timeline: Timeline): boolean {
  return timeline.window?.to === Number.POSITIVE_INFINITY;
}
