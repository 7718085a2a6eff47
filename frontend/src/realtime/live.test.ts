import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { live } from "@/realtime/live";
import { addRoom, applyReady, EMPTY_STATE } from "@/realtime/live-state";
import { changeLive, useLive } from "@/realtime/live-store";
import { recall, remember } from "@/realtime/memory";
import { entry, ME, user } from "@/testing/samples";

vi.mock("@/api/accounts", () => ({ socketTicket: () => Promise.reject(new Error("offline")) }));

const me = { ...user(ME, "Me"), email: "me@example.org", suspended_at: null, created_at: "" };
const remembered = async () => Object.keys((await recall(ME))?.rooms ?? {});

beforeEach(() => localStorage.setItem("chatflow.signed-in", ME));
afterEach(() => live.stop({ keepOutbox: false }));

it("forgets the rooms that one was removed from while away", async () => {
  const before = [entry({ id: "10" }), entry({ id: "11" })].reduce(addRoom, { ...EMPTY_STATE, me });
  await remember(before, null);
  expect(await remembered()).toEqual(["10", "11"]);

  await live.start();
  expect(Object.keys(useLive.getState().rooms)).toEqual(["10", "11"]);
  const ready = {
    session_id: "1",
    server_time: "",
    rooms: [entry({ id: "10" })],
    users: [],
    presence: {},
    blocked: [],
  };
  changeLive((state) => applyReady(state, { type: "ready", user: me, ...ready }));
  await vi.waitFor(async () => expect(await remembered()).toEqual(["10"]), 3000);
});
