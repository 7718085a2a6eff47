import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { buildRows } from "@/features/timeline/rows";
import { UnsentNote } from "@/features/timeline/unsent-note";
import type { OutboxItem } from "@/realtime/database";
import { ME } from "@/testing/samples";

const item: OutboxItem = {
  client_id: "c1",
  user_id: ME,
  room_id: "10",
  text: "hello",
  reply_to: null,
  files: [],
  placed_at: 1,
  failure: "Not here.",
};

afterEach(cleanup);

function buttons(outbox: OutboxItem): (string | null)[] {
  const rows = buildRows({
    shown: [],
    outbox: [outbox],
    isFromStart: true,
    isComplete: true,
    dividerAfter: null,
    me: ME,
  });
  for (const row of rows) render(<UnsentNote row={row} />);
  return screen.queryAllByRole("button").map(({ textContent }) => textContent);
}

it("offers to try again what may be sent later", () => {
  expect(buttons(item)).toEqual(["Try again", "Discard"]);
});

it("offers the text of what was refused for good, and never to try it again", () => {
  expect(buttons({ ...item, isFinal: true })).toEqual(["Copy text", "Discard"]);
  expect(screen.getByRole("alert").textContent).toContain("Not sent: Not here.");
});

it("offers neither while it waits or a moderator has it", () => {
  expect(buttons({ ...item, failure: null, isFinal: true })).toEqual([]);
  cleanup();
  expect(buttons({ ...item, isHeld: true })).toEqual(["Hide"]);
});
