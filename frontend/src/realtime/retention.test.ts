import { describe, expect, it } from "vitest";
import { applyPage, type RoomState, receive, roomFromEntry } from "@/realtime/room-state";
import { shownMessages } from "@/realtime/timeline";
import { entry, message, room, VIEWER } from "@/testing/samples";

function opened(): RoomState {
  const messages = [message(1), message(2), message(3)];
  const page = { room_id: "10", epoch: "e1", rev: 3, messages, quoted: [], users: [] };
  const state = roomFromEntry(entry({ rev: 3, last_seq: 3 }));
  return applyPage(state, { ...page, has_before: true, has_after: false }, {}, VIEWER);
}

describe("a room that keeps messages for some days", () => {
  it("forgets what is gone, on screen and in memory, with the event that tells it", () => {
    const told = room({ rev: 4, settings_rev: 4, last_seq: 3, retention_days: 7, history_from: 3 });
    const after = receive(opened(), { type: "room.updated", room_id: "10", rev: 4, room: told }, VIEWER);
    expect(shownMessages(after.timeline).map(({ seq }) => seq)).toEqual([3]);
    expect(after.timeline.messages.size).toBe(1);
    expect(after.timeline.window?.hasBefore).toBe(false);
  });

  it("loses nothing by any other change of the room", () => {
    const told = room({ rev: 4, settings_rev: 4, last_seq: 3, topic: "new" });
    const after = receive(opened(), { type: "room.updated", room_id: "10", rev: 4, room: told }, VIEWER);
    expect(shownMessages(after.timeline)).toHaveLength(3);
  });
});
