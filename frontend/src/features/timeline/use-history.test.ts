import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { useHistory } from "@/features/timeline/use-history";
import { loadPage, trimRoom } from "@/realtime/actions";
import { EMPTY_STORE, useLive } from "@/realtime/live-store";
import { applyPage, type RoomState, roomFromEntry, withTimeline } from "@/realtime/room-state";
import { keepAround } from "@/realtime/timeline";
import { entry, message, VIEWER } from "@/testing/samples";

vi.mock("@/realtime/actions", () => ({
  loadPage: vi.fn(() => Promise.resolve()),
  trimRoom: vi.fn(),
  dropFar: vi.fn(),
}));

beforeEach(() => {
  vi.clearAllMocks();
  useLive.setState({ ...EMPTY_STORE, phase: { name: "live" } });
});

/** A room that shows the messages `first` to `last` of 300. */
function showing(first: number, last: number): RoomState {
  const messages = Array.from({ length: last - first + 1 }, (_, at) => message(first + at));
  const page = { room_id: "10", epoch: "e1", rev: 300, messages, quoted: [], users: [] };
  const state = roomFromEntry(entry({ rev: 300, last_seq: 300 }, { last_read_seq: 300 }));
  return applyPage(state, { ...page, has_before: first > 1, has_after: last < 300 }, {}, VIEWER);
}

function look(state: RoomState, target: number | null) {
  const { result, rerender } = renderHook(({ state, target }) => useHistory(state, target), {
    initialProps: { state, target },
  });
  const go = (next: RoomState, to: number | null) => rerender({ state: next, target: to });
  return { history: result, go };
}

it("reads what is around a message that is to be shown", () => {
  look(showing(251, 300), 20);
  expect(loadPage).toHaveBeenCalledExactlyOnceWith("10", { around: 20 });
});

it("takes nobody back to a message they have left far behind", () => {
  const { go } = look(showing(1, 50), 20);
  go(showing(151, 200), 20);
  expect(loadPage).not.toHaveBeenCalled();
});

it("shows it once more to whoever asks once more", () => {
  const { go } = look(showing(1, 50), 20);
  go(showing(1, 50), null);
  go(showing(151, 200), 20);
  expect(loadPage).toHaveBeenCalledExactlyOnceWith("10", { around: 20 });
});

it("goes back to the present without asking where its messages are held", async () => {
  const state = showing(101, 300);
  const { history } = look(withTimeline(state, keepAround(state.timeline, 101, 120, 100)), null);
  vi.mocked(loadPage).mockClear();
  await act(() => history.current.showLatest());
  expect(trimRoom).toHaveBeenCalledExactlyOnceWith("10");
  expect(loadPage).not.toHaveBeenCalled();
});

it("asks for the present where it is not held, also while another page is on its way", async () => {
  vi.mocked(loadPage).mockReturnValueOnce(new Promise(() => undefined));
  const { history } = look(showing(1, 50), 20);
  act(() => history.current.loadAfter());
  await act(() => history.current.showLatest());
  expect(loadPage).toHaveBeenLastCalledWith("10", {});
  expect(trimRoom).not.toHaveBeenCalled();
});
