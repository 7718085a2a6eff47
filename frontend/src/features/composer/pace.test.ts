import { describe, expect, it } from "vitest";
import { waitFor } from "@/features/composer/pace";
import { applyPage, type RoomState, roomFromEntry } from "@/realtime/room-state";
import { entry, ME, message, VIEWER } from "@/testing/samples";

const AT = Date.UTC(2026, 10, 24, 10, 0, 0);
const posted_at = new Date(AT).toISOString();

const slow = (own: object = {}): RoomState =>
  roomFromEntry(entry({ slow_seconds: 30 }, { posted_at, ...own }));

describe("waitFor", () => {
  it("counts down from the last message", () => {
    expect(waitFor(slow(), ME, AT + 10_000)).toBe(20_000);
    expect(waitFor(slow(), ME, AT + 30_000)).toBe(0);
  });

  it("knows a message that was only just sent here", () => {
    const mine = message(20, { author_id: ME });
    const page = {
      room_id: "10",
      epoch: "e1",
      rev: 20,
      quoted: [],
      users: [],
      has_before: false,
      has_after: false,
    };
    const state = applyPage(slow(), { ...page, messages: [mine] }, {}, VIEWER);
    expect(waitFor(state, ME, AT + 30_000)).toBe(20_000);
  });

  it("does not ask moderators, nor anybody in other rooms", () => {
    expect(waitFor(slow({ rank: "moderator" }), ME, AT)).toBe(0);
    expect(waitFor(roomFromEntry(entry({}, { posted_at })), ME, AT)).toBe(0);
  });

  it("never waits longer than the pace, whatever this clock says", () => {
    expect(waitFor(slow(), ME, AT - 3_600_000)).toBe(30_000);
  });
});
