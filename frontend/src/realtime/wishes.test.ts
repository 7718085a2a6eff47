import { describe, expect, it } from "vitest";
import { FOREVER, type Level } from "@/api/notifications";
import type { Message, Room } from "@/api/wire";
import { calls, changeWishes, DEFAULT_WISHES, isQuiet, levelIn, type Wishes } from "@/realtime/wishes";
import { ANN, ME, message, room } from "@/testing/samples";

const NOON = new Date("2026-11-24T12:00:00Z");
const context = { me: ME, answered: null, now: NOON };
const named = { mentions: { user_ids: [ME], room: false } };

function wishing(level: Level | null, muted_until: string | null = null): Wishes {
  return changeWishes(DEFAULT_WISHES, { preferences: null, room: { room_id: "10", level, muted_until } });
}

function isCalled(wishes: Wishes, fields: Partial<Message> = {}, where: Partial<Room> = {}): boolean {
  return calls(wishes, room(where), message(1, fields), context);
}

describe("whom a message calls", () => {
  it("calls in rooms by name, in direct ones by every message", () => {
    expect(isCalled(DEFAULT_WISHES)).toBe(false);
    expect(isCalled(DEFAULT_WISHES, named)).toBe(true);
    expect(isCalled(DEFAULT_WISHES, { mentions: { user_ids: [], room: true } })).toBe(true);
    expect(isCalled(DEFAULT_WISHES, {}, { kind: "direct" })).toBe(true);
  });

  it("calls whose message is answered", () => {
    const reply = message(1, { reply_to: "7" });
    expect(calls(DEFAULT_WISHES, room(), reply, { ...context, answered: ME })).toBe(true);
    expect(calls(DEFAULT_WISHES, room(), reply, { ...context, answered: ANN })).toBe(false);
  });

  it("follows what was chosen for the room", () => {
    expect(isCalled(wishing("all"))).toBe(true);
    expect(isCalled(wishing("nothing"), named)).toBe(false);
    expect(isCalled(wishing("mentions"), {}, { kind: "direct" })).toBe(false);
    expect(levelIn(wishing(null), room())).toBe("mentions");
  });

  it("never calls in a muted room, nor by one's own, nor by what was deleted", () => {
    expect(isCalled(wishing("all", FOREVER), named)).toBe(false);
    expect(isCalled(wishing("all", "2026-11-24T11:59:59Z"), named)).toBe(true);
    expect(isCalled(wishing("all"), { author_id: ME })).toBe(false);
    expect(isCalled(wishing("all"), { deleted_at: "2026-11-24T11:00:00Z" })).toBe(false);
  });
});

describe("quiet hours", () => {
  const at = (start: number, end: number, zone: string) =>
    isQuiet({ ...DEFAULT_WISHES.preferences, quiet: { start, end, zone } }, NOON);

  it.each([
    [11 * 60, 13 * 60, "UTC", true],
    [12 * 60, 13 * 60, "UTC", true],
    [11 * 60, 12 * 60, "UTC", false],
    [22 * 60, 7 * 60, "UTC", false],
    [20 * 60, 22 * 60, "Asia/Tokyo", true],
    [22 * 60, 8 * 60, "America/New_York", true],
    [60, 60, "UTC", false],
  ])("%s to %s in %s", (start, end, zone, expected) => {
    expect(at(start, end, zone)).toBe(expected);
  });
});
