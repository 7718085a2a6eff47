import { describe, expect, it } from "vitest";
import { FOREVER, type Trial } from "@/api/notifications";
import { clock, minutesOf } from "@/features/notifications/quiet-hours";
import { isOver, stepsOf } from "@/features/notifications/trial-steps";
import { onArrival, tellArrivals } from "@/realtime/arrivals";
import { attention } from "@/realtime/attention";
import type { ServerEvent } from "@/realtime/events";
import { EMPTY_STATE, type LiveState } from "@/realtime/live-state";
import { roomFromEntry } from "@/realtime/room-state";
import { DEFAULT_WISHES } from "@/realtime/wishes";
import { entry, message, user } from "@/testing/samples";

const NOW = Date.parse("2026-11-24T10:01:00Z");
const AT = "2026-11-24T10:00:59.000Z";

function trial(fields: Partial<Trial> = {}): Trial {
  const nothing = { picked_up_at: null, sent_at: null, answered_at: null, shown_at: null };
  return { id: "1", enqueued_at: AT, ...nothing, status: 0, problem: "", ...fields };
}

const states = (one: Trial | undefined, now = NOW) => stepsOf(one, now).map(({ state }) => state);

describe("the steps of a test", () => {
  it("are reached one after the other", () => {
    expect(states(undefined)).toEqual(["now", "later", "later", "later", "later"]);
    expect(states(trial())).toEqual(["done", "now", "later", "later", "later"]);
    const accepted = trial({ picked_up_at: AT, sent_at: AT, answered_at: AT, status: 201 });
    expect(states(accepted)).toEqual(["done", "done", "done", "done", "now"]);
    expect(isOver(accepted, NOW)).toBe(false);
    expect(isOver({ ...accepted, shown_at: AT }, NOW)).toBe(true);
  });

  it("say where one gets stuck, and why", () => {
    const refused = trial({
      picked_up_at: AT,
      sent_at: AT,
      answered_at: AT,
      status: 403,
      problem: "said 403",
    });
    expect(states(refused)).toEqual(["done", "done", "done", "failed", "later"]);
    expect(stepsOf(refused, NOW)[3]?.note).toBe("said 403");
    expect(isOver(refused, NOW)).toBe(true);
  });

  it("do not wait for ever", () => {
    expect(states(trial(), NOW + 60_000)[1]).toBe("failed");
    expect(isOver(trial(), NOW + 60_000)).toBe(true);
  });
});

describe("times of the day", () => {
  it("are written and read", () => {
    expect([0, 7 * 60 + 5, 1439].map(clock)).toEqual(["00:00", "07:05", "23:59"]);
    expect(["00:00", "07:05", "23:59"].map(minutesOf)).toEqual([0, 425, 1439]);
    expect(minutesOf("")).toBeNull();
  });
});

describe("what waits outside the rooms", () => {
  const rooms = Object.fromEntries(
    [
      entry({ id: "1" }, { unread: 5, mentions: 2 }),
      entry({ id: "2", kind: "direct" }, { unread: 3 }),
      entry({ id: "3" }, { unread: 7, mentions: 7 }),
      entry({ id: "4" }, { unread: 9, mentions: 1 }),
    ].map((one) => [one.room.id, roomFromEntry(one)]),
  );

  it("leaves out what is muted or told to be silent", () => {
    const wishes = {
      ...DEFAULT_WISHES,
      rooms: {
        3: { room_id: "3", level: null, muted_until: FOREVER },
        4: { room_id: "4", level: "nothing" as const, muted_until: null },
      },
    };
    expect(attention({ rooms, wishes: DEFAULT_WISHES }, NOW)).toEqual({ unread: 24, forMe: 13 });
    expect(attention({ rooms, wishes }, NOW)).toEqual({ unread: 8, forMe: 5 });
  });
});

describe("an arrival", () => {
  const state: LiveState = { ...EMPTY_STATE, rooms: { 10: roomFromEntry(entry({ rev: 5 })) } };
  const created = (rev: number, created_at = AT): ServerEvent => {
    const sent = message(rev, { created_at });
    return {
      type: "message.created",
      room_id: "10",
      rev,
      message: sent,
      author: user("2", "Ann"),
      quoted: null,
    };
  };
  const heard = (event: ServerEvent) => {
    const found: string[] = [];
    const stop = onArrival((arrival) => found.push(arrival.message.id));
    tellArrivals([event], state, NOW);
    stop();
    return found.length;
  };

  it("is told once, and not when it is old or of a room that is not known", () => {
    expect(heard(created(6))).toBe(1);
    expect(heard(created(5))).toBe(0);
    expect(heard(created(6, "2026-11-24T09:00:00.000Z"))).toBe(0);
    expect(heard({ ...created(6), room_id: "11" } as ServerEvent)).toBe(0);
  });
});
