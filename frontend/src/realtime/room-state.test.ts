import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Changes, Message, Page } from "@/api/wire";
import type { RevisedEvent } from "@/realtime/events";
import {
  applyChanges,
  applyPage,
  isBehind,
  putMessage,
  type RoomState,
  receive,
  resumeRoom,
  roomFromEntry,
} from "@/realtime/room-state";
import { shownMessages } from "@/realtime/timeline";
import { ANN, entry, ME, member, message, room, user, VIEWER } from "@/testing/samples";

function page(messages: readonly Message[], fields: Partial<Page> = {}): Page {
  const rev = messages.at(-1)?.rev ?? 0;
  return {
    room_id: "10",
    epoch: "e1",
    rev,
    messages,
    quoted: [],
    users: [],
    has_before: false,
    has_after: false,
    ...fields,
  };
}

function changes(
  after: number,
  rev: number,
  messages: readonly Message[],
  fields: Partial<Changes> = {},
): Changes {
  const nothing = { quoted: [], members: [], users: [], room: null, membership: null, has_before: false };
  return { room_id: "10", mode: "delta", epoch: "e1", after, rev, messages, ...nothing, ...fields };
}

function created(rev: number, fields: Partial<Message> = {}): RevisedEvent {
  const sent = message(rev, fields);
  return {
    type: "message.created",
    room_id: "10",
    rev,
    message: sent,
    author: user(sent.author_id, "Ann"),
    quoted: null,
  };
}

const opened = (): RoomState => applyPage(roomFromEntry(entry()), page([]), {}, VIEWER);
const fold = (state: RoomState, events: readonly RevisedEvent[]): RoomState =>
  events.reduce((current, event) => receive(current, event, VIEWER), state);

/** A room's whole story: each step is a message, an edit, a deletion or a reaction of an earlier one, a member. */
function story(steps: readonly number[]): RevisedEvent[] {
  const held: Message[] = [];
  return steps.map((step, index) => chapter(held, step, index + 1));
}

function chapter(held: Message[], step: number, rev: number): RevisedEvent {
  const target = held[step % Math.max(held.length, 1)];
  if (!target || step % 5 === 0) {
    const author_id = step % 2 ? ME : ANN;
    held.push(message(rev, { author_id }));
    return created(rev, { author_id });
  }
  const place = { room_id: "10", rev };
  if (step % 5 === 4) return { type: "member.updated", ...place, member: member(String(step), { rev }) };
  const changed = changedMessage(target, rev, step);
  held[held.indexOf(target)] = changed;
  if (step % 5 === 1) return { type: "message.updated", ...place, message: changed };
  if (step % 5 === 2) return { type: "message.deleted", ...place, message: changed };
  return { type: "reaction.added", ...place, message: changed, emoji: "👍", user_id: ANN };
}

function changedMessage(target: Message, rev: number, step: number): Message {
  if (step % 5 === 1) return { ...target, rev, text: `edited at ${rev}`, edited_at: target.created_at };
  if (step % 5 === 2) return { ...target, rev, text: "", deleted_at: target.created_at };
  return { ...target, rev, reactions: [{ emoji: "👍", user_ids: [ANN] }] };
}

function answerSync(state: RoomState, events: readonly RevisedEvent[]): RoomState {
  const missed = events.filter(({ rev }) => rev > state.cursor);
  const messages = new Map<string, Message>();
  for (const event of missed) if ("message" in event) messages.set(event.message.id, event.message);
  const members = missed.flatMap((event) => ("member" in event ? [event.member] : []));
  return applyChanges(
    state,
    changes(state.cursor, events.length, [...messages.values()], { members }),
    VIEWER,
  );
}

const essence = (state: RoomState) => ({
  messages: shownMessages(state.timeline),
  members: [...state.members.values()].sort((left, right) => left.user_id.localeCompare(right.user_id)),
  cursor: state.cursor,
  unread: state.membership.unread,
  lastSeq: state.room.last_seq,
  held: state.held,
});

const STORY = fc.array(fc.nat(99), { minLength: 1, maxLength: 30 });

describe("any delivery of a story ends where the story ends", () => {
  it("out of order and repeated", () => {
    const delivery = STORY.chain((steps) =>
      fc.tuple(
        fc.constant(steps),
        fc.shuffledSubarray([...steps.keys(), ...steps.keys()], {
          minLength: steps.length * 2,
          maxLength: steps.length * 2,
        }),
      ),
    );
    fc.assert(
      fc.property(delivery, ([steps, order]) => {
        const events = story(steps);
        const shuffled = order.flatMap((index) => events[index] ?? []);
        expect(essence(fold(opened(), shuffled))).toEqual(essence(fold(opened(), events)));
      }),
    );
  });

  it("with losses, healed by sync", () => {
    const delivery = STORY.chain((steps) =>
      fc.tuple(fc.constant(steps), fc.shuffledSubarray([...steps.keys()])),
    );
    fc.assert(
      fc.property(delivery, ([steps, order]) => {
        const events = story(steps);
        const partial = fold(
          opened(),
          order.flatMap((index) => events[index] ?? []),
        );
        expect(essence(answerSync(partial, events))).toEqual(essence(fold(opened(), events)));
      }),
    );
  });

  it("with a page of history read at any moment", () => {
    fc.assert(
      fc.property(STORY, fc.nat(30), fc.nat(30), (steps, readAt, arrivesAt) => {
        const events = story(steps);
        const snapshot = shownMessages(fold(opened(), events.slice(0, readAt)).timeline);
        const rev = Math.min(readAt, events.length);
        const late = Math.max(rev, Math.min(arrivesAt, events.length));
        const fresh = roomFromEntry(entry());
        const before = fold(fresh, events.slice(0, late));
        const after = fold(applyPage(before, page(snapshot, { rev }), {}, VIEWER), events.slice(late));
        expect(shownMessages(after.timeline)).toEqual(shownMessages(fold(opened(), events).timeline));
      }),
    );
  });
});

describe("a message of one's own", () => {
  const mine = message(1, { author_id: ME, client_id: "c" });
  const echo = created(1, { author_id: ME, client_id: "c" });

  it("ends as one bubble when the answer comes before the event", () => {
    expect(shownMessages(receive(putMessage(opened(), mine), echo, VIEWER).timeline)).toEqual([mine]);
  });

  it("ends as one bubble when the event comes before the answer", () => {
    expect(shownMessages(putMessage(receive(opened(), echo, VIEWER), mine).timeline)).toEqual([mine]);
  });
});

describe("holes and resets", () => {
  it("holds what is beyond a hole and says that it is behind", () => {
    const state = fold(opened(), [created(1), created(3)]);
    expect(state.cursor).toBe(1);
    expect(isBehind(state)).toBe(true);
    expect(fold(state, [created(2)])).toMatchObject({ cursor: 3, held: [] });
  });

  it("moves past an event it does not know", () => {
    const state = fold(opened(), [{ type: "unknown", room_id: "10", rev: 1 }, created(2)]);
    expect(state.cursor).toBe(2);
  });

  it("forgets a room of another epoch", () => {
    const state = resumeRoom(fold(opened(), [created(1)]), entry({ epoch: "e2", rev: 9 }), VIEWER);
    expect(state).toMatchObject({ cursor: 9 });
    expect(state.timeline.window).toBeNull();
  });

  it("keeps only the latest page after a reset", () => {
    const state = fold(opened(), [created(1), created(2)]);
    const reset = changes(2, 900, [message(900)], {
      mode: "reset",
      has_before: true,
      room: room({ rev: 900, last_seq: 900 }),
    });
    const after = applyChanges(state, reset, VIEWER);
    expect(shownMessages(after.timeline).map(({ seq }) => seq)).toEqual([900]);
    expect(after.cursor).toBe(900);
  });

  it("catches up from a page that is older than the snapshot it joined", () => {
    const state = applyPage(roomFromEntry(entry({ rev: 20 })), page([message(10)]), {}, VIEWER);
    expect(state.cursor).toBe(10);
    expect(isBehind(state)).toBe(true);
  });
});

describe("unread", () => {
  it("counts what others wrote and forgets what is deleted", () => {
    const state = fold(opened(), [created(1), created(2), created(3, { author_id: ME })]);
    expect(state.membership.unread).toBe(2);
    const deleted = message(1, { rev: 4, deleted_at: "2026-11-24T10:00:00.000Z" });
    const after = receive(
      state,
      { type: "message.deleted", room_id: "10", rev: 4, message: deleted },
      VIEWER,
    );
    expect(after.membership.unread).toBe(1);
  });
});
