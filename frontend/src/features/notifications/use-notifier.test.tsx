import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FOREVER } from "@/api/notifications";
import type { Message } from "@/api/wire";
import { useNotifier } from "@/features/notifications/use-notifier";
import { tellArrivals } from "@/realtime/arrivals";
import { addRoom } from "@/realtime/live-state";
import { changeLive, EMPTY_STORE, useLive } from "@/realtime/live-store";
import { changeWishes } from "@/realtime/wishes";
import { entry, ME, message, user } from "@/testing/samples";

const me = { ...user(ME, "Me"), email: "me@example.org", suspended_at: null, created_at: "" };
const showNotification = vi.fn(async () => undefined);
const closed = vi.fn();
let subscription: object | null = null;
let hasFocus = false;
let rev = 0;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  localStorage.setItem("chatflow.signed-in", ME);
  localStorage.setItem("chatflow.push", ME);
  subscription = null;
  const registration = {
    showNotification,
    getNotifications: async ({ tag }: { tag: string }) => [{ close: () => closed(tag) }],
    pushManager: { getSubscription: async () => subscription },
  };
  vi.stubGlobal("Notification", { permission: "granted" });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  Object.defineProperty(navigator, "serviceWorker", {
    configurable: true,
    value: { getRegistration: async () => registration },
  });
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => (hasFocus ? "visible" : "hidden"));
  vi.spyOn(document, "hasFocus").mockImplementation(() => hasFocus);
  useLive.setState({ ...EMPTY_STORE, me });
  changeLive((state) => addRoom(state, entry({ id: "10", name: "general" })));
  hasFocus = false;
  rev = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  showNotification.mockClear();
  closed.mockClear();
});

async function arrive(fields: Partial<Message> = {}): Promise<void> {
  rev += 1;
  const created_at = new Date().toISOString();
  const sent = message(rev, { created_at, mentions: { user_ids: [ME], room: false }, ...fields });
  const place = { room_id: "10", rev, author: user("2", "Ann"), quoted: null };
  tellArrivals([{ type: "message.created", ...place, message: sent }], useLive.getState(), Date.now());
  await vi.advanceTimersByTimeAsync(2000);
}

it("shows what calls somebody who looks at something else", async () => {
  const { unmount } = renderHook(() => useNotifier("ChatFlow"));
  await arrive({ text: "hello\n  @me" });
  expect(showNotification).toHaveBeenCalledExactlyOnceWith(
    "Ann in general",
    expect.objectContaining({ body: "hello @me", tag: "room-10", data: { path: "/rooms/10/1" } }),
  );
  unmount();
  await arrive();
  expect(showNotification).toHaveBeenCalledTimes(1);
});

it("leaves it to pushes where this device takes them", async () => {
  renderHook(() => useNotifier("ChatFlow"));
  subscription = {};
  await arrive();
  expect(showNotification).not.toHaveBeenCalled();
});

it.each([
  ["nobody is named", () => undefined, { mentions: { user_ids: [], room: false } }],
  ["it is by somebody whom one has blocked", () => useLive.setState({ blocked: ["2"] }), {}],
  ["it is one's own", () => undefined, { author_id: ME }],
  ["notifications are off here", () => localStorage.removeItem("chatflow.push"), {}],
  ["they are on for somebody else", () => localStorage.setItem("chatflow.push", "77"), {}],
  [
    "the room is muted",
    () =>
      changeLive((state) => {
        const room = { room_id: "10", level: null, muted_until: FOREVER };
        return { ...state, wishes: changeWishes(state.wishes, { preferences: null, room }) };
      }),
    {},
  ],
  [
    "it was read in another window meanwhile",
    () => changeLive((state) => addRoom(state, entry({ id: "10" }, { last_read_seq: 5, read_mark: 9 }))),
    {},
  ],
])("shows nothing when %s", async (_, prepare, fields) => {
  renderHook(() => useNotifier("ChatFlow"));
  prepare();
  await arrive(fields);
  expect(showNotification).not.toHaveBeenCalled();
});

it("shows nothing to somebody who is here", async () => {
  renderHook(() => useNotifier("ChatFlow"));
  hasFocus = true;
  await arrive();
  expect(showNotification).not.toHaveBeenCalled();
});

it("counts in the title, and closes on this device what was read", async () => {
  renderHook(() => useNotifier("ChatFlow"));
  changeLive((state) => ({ ...state, rooms: {} }));
  changeLive((state) => addRoom(state, entry({ id: "10" }, { unread: 3, mentions: 1 })));
  await vi.waitFor(() => expect(document.title).toBe("(3) ChatFlow"));
  changeLive((state) => ({ ...state, rooms: {} }));
  changeLive((state) => addRoom(state, entry({ id: "10" }, { unread: 3 })));
  changeLive((state) => {
    const room = state.rooms["10"];
    if (!room) return state;
    const read = { ...room, membership: { ...room.membership, unread: 0 } };
    return { ...state, rooms: { 10: read } };
  });
  await vi.waitFor(() => expect(closed).toHaveBeenCalledWith("room-10"));
  expect(document.title).toBe("ChatFlow");
});
