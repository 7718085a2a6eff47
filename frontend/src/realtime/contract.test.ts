import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Me, RoomEntry } from "@/api/wire";
import { EVENT_TYPES, isRevised, parseFrame, type ServerEvent } from "@/realtime/events";
import { applyEvent, applyReady, EMPTY_STATE, type LiveState } from "@/realtime/live-state";
import { applyPage } from "@/realtime/room-state";
import { entry, ME, user, VIEWER } from "@/testing/samples";

type Samples = Readonly<Record<string, readonly unknown[]>>;

const PATH = join(import.meta.dirname, "../../../tests/contract/events.json");
const { events } = JSON.parse(readFileSync(PATH, "utf8")) as { events: Samples };

/** The end of a session is told to the socket; a typing that nobody saw start has nothing to stop. */
const WITHOUT_TRACE = ["session.revoked", "typing.stopped", "message.judged"];

const me: Me = {
  ...user(ME, "Me"),
  email: "me@example.org",
  suspended_at: null,
  created_at: "2026-11-24T10:00:00.000Z",
};

/** A client with the event's room open, standing just before the event. */
function before(event: ServerEvent): LiveState {
  const id = "room_id" in event ? event.room_id : "10";
  const rev = isRevised(event) ? event.rev - 1 : 0;
  const epoch = event.type === "room.changes" ? event.changes.epoch : "e1";
  const rooms: RoomEntry[] = event.type === "room.added" ? [] : [entry({ id, rev, epoch })];
  const ready = {
    type: "ready",
    user: me,
    session_id: "1",
    server_time: "",
    rooms,
    users: [],
    presence: {},
    blocked: [],
  } as const;
  const state = applyReady(EMPTY_STATE, ready);
  const page = {
    room_id: id,
    epoch,
    rev,
    messages: [],
    quoted: [],
    users: [],
    has_before: false,
    has_after: false,
  };
  const room = state.rooms[id];
  return room ? { ...state, rooms: { [id]: applyPage(room, page, {}, VIEWER) } } : state;
}

describe("the server's samples", () => {
  it("cover the client's union, and the other way round", () => {
    expect(Object.keys(events).sort()).toEqual([...EVENT_TYPES].sort());
  });

  const samples = Object.entries(events).flatMap(([type, list]) =>
    list.map((sample) => [type, sample] as const),
  );

  it.each(samples)("%s is understood and applied", (type, sample) => {
    const [event] = parseFrame(sample) as ServerEvent[];
    if (!event) throw new Error("not parsed");
    expect(event.type).toBe(type);
    const state = before(event);
    const after = applyEvent(state, event, 0);
    if (!WITHOUT_TRACE.includes(type)) expect(after).not.toBe(state);
    if (isRevised(event)) expect(after.rooms[event.room_id]?.cursor).toBe(event.rev);
    // A second delivery of a durable event changes nothing that is shown.
    if (isRevised(event)) {
      expect(applyEvent(after, event, 0).rooms[event.room_id]?.timeline).toEqual(
        after.rooms[event.room_id]?.timeline,
      );
    }
  });
});
