import { describe, expect, it } from "vitest";
import { applyEvent, applyReady, EMPTY_STATE, type LiveState } from "@/realtime/live-state";
import { ANN, entry, ME, message, user } from "@/testing/samples";

const me = { ...user(ME, "Me"), email: "me@example.org", suspended_at: null, created_at: "" };

function ready(blocked: readonly string[]): LiveState {
  return applyReady(EMPTY_STATE, {
    type: "ready",
    user: me,
    session_id: "1",
    server_time: "",
    rooms: [entry()],
    users: [],
    presence: {},
    blocked,
  });
}

function call(state: LiveState, seq: number): LiveState {
  const called = message(seq, { mentions: { user_ids: [ME], room: false } });
  const author = user(ANN, "Ann");
  const event = {
    type: "message.created",
    room_id: "10",
    rev: seq,
    message: called,
    author,
    quoted: null,
  } as const;
  return applyEvent(state, event, 0);
}

const counts = (state: LiveState) => {
  const own = state.rooms["10"]?.membership;
  return [own?.unread, own?.mentions];
};
const block = (state: LiveState, user_ids: readonly string[]) =>
  applyEvent(state, { type: "blocks.updated", user_ids }, 0);

describe("a block", () => {
  it("keeps their calls from counting", () => {
    expect(counts(call(ready([]), 1))).toEqual([1, 1]);
    expect(counts(call(ready([ANN]), 1))).toEqual([1, 0]);
  });

  it("takes back calls that counted, and gives them again", () => {
    const called = call(ready([]), 1);
    const blocked = block(called, [ANN]);
    expect(counts(blocked)).toEqual([1, 0]);
    expect(counts(block(blocked, []))).toEqual([1, 1]);
  });

  it("hides that they are typing", () => {
    const typing = { type: "typing.started", room_id: "10", user_id: ANN } as const;
    expect(applyEvent(ready([]), typing, 0).typing["10"]).toBeDefined();
    expect(applyEvent(ready([ANN]), typing, 0).typing["10"]).toBeUndefined();
  });
});
