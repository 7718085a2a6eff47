import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { VirtuosoMockContext } from "react-virtuoso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Message } from "@/api/wire";
import { addRoom, applyEvent, changeRoom } from "@/realtime/live-state";
import { changeLive, EMPTY_STORE, useLive } from "@/realtime/live-store";
import { applyPage } from "@/realtime/room-state";
import { RoomView } from "@/routes/room-view";
import { ANN, entry, ME, message, user } from "@/testing/samples";

const drawn = vi.hoisted(() => [] as number[]);

vi.mock("@/features/timeline/message-text", () => ({
  MessageText: ({ message }: { readonly message: Message }) => {
    drawn.push(message.seq);
    return message.text;
  },
}));

const me = { ...user(ME, "Me"), email: "me@example.org", suspended_at: null, created_at: "" };
const COUNT = 30;

beforeEach(() => {
  // What jsdom lacks and the list cannot do without.
  Element.prototype.scrollTo = () => undefined;
  Element.prototype.scrollBy = () => undefined;
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  const messages = Array.from({ length: COUNT }, (_, at) => message(at + 1));
  const page = { room_id: "10", epoch: "e1", rev: COUNT, messages, quoted: [], users: [], has_before: false };
  useLive.setState({ ...EMPTY_STORE, me, isReady: true, users: { [ME]: me, [ANN]: user(ANN, "Ann") } });
  changeLive((state) =>
    changeRoom(
      addRoom(state, entry({ rev: COUNT, last_seq: COUNT }, { last_read_seq: COUNT })),
      "10",
      (room, viewer) => applyPage(room, { ...page, has_after: false }, {}, viewer),
    ),
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <VirtuosoMockContext.Provider value={{ viewportHeight: 3000, itemHeight: 40 }}>
        <RoomView roomId="10" target={null} />
      </VirtuosoMockContext.Provider>
    </QueryClientProvider>,
  );
  drawn.length = 0;
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function arrive(type: "message.created" | "message.updated", sent: Message): void {
  const event = { type, room_id: "10", rev: sent.rev, message: sent, author: user(ANN, "Ann"), quoted: null };
  act(() => changeLive((state) => applyEvent(state, event, Date.now())));
}

it("draws for a message that arrives its row and the one that gives the tab stop to it", () => {
  expect(screen.getAllByTestId("message")).toHaveLength(COUNT);
  arrive("message.created", message(31));
  expect(screen.getAllByTestId("message")).toHaveLength(COUNT + 1);
  expect(new Set(drawn)).toEqual(new Set([30, 31]));
});

it("draws one row for a message that changes", () => {
  arrive("message.updated", { ...message(7), text: "edited", rev: 31 });
  expect(screen.getByText("edited")).toBeDefined();
  expect(new Set(drawn)).toEqual(new Set([7]));
});

it("draws no row while somebody types", () => {
  const box = screen.getByTestId("composer");
  for (const text of ["h", "he", "hey"]) fireEvent.change(box, { target: { value: text } });
  expect((box as HTMLTextAreaElement).value).toBe("hey");
  expect(drawn).toEqual([]);
});

it("has no composer for somebody who is suspended while it is open", () => {
  act(() => useLive.setState({ phase: { name: "stopped", reason: "signed-out" } }));
  expect(screen.queryByTestId("composer")).not.toBeNull();
  act(() => useLive.setState({ phase: { name: "stopped", reason: "suspended" } }));
  expect(screen.queryByTestId("composer")).toBeNull();
  expect(screen.getByTestId("composer-denied").textContent).toContain("Your account is suspended.");
});

it("draws no row when somebody types elsewhere, comes, goes or reads", () => {
  const read = { room_id: "10", user_id: ANN, last_read_seq: 12, read_mark: 1 };
  act(() => {
    changeLive((state) =>
      applyEvent(state, { type: "typing.started", room_id: "10", user_id: ANN }, Date.now()),
    );
    changeLive((state) =>
      applyEvent(state, { type: "presence.changed", user_id: ANN, status: "idle" }, Date.now()),
    );
    changeLive((state) => applyEvent(state, { type: "read.advanced", ...read }, Date.now()));
  });
  expect(drawn).toEqual([]);
});
