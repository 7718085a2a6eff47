import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Message } from "@/api/wire";
import { database, type OutboxFile } from "@/realtime/database";
import { Outbox, type OutboxHost } from "@/realtime/outbox";
import type { Outcome } from "@/realtime/socket";
import { ME, message } from "@/testing/samples";

type Answer = Outcome<{ readonly message: Message }>;

const ok: Answer = { kind: "ok", data: { message: message(1) } };
const rejected: Answer = { kind: "rejected", error: { code: "room.read_only", message: "Only moderators." } };
const unknown: Answer = { kind: "unknown", retryAfter: 0 };

function make(answers: readonly Answer[], isLive = true) {
  const queue = [...answers];
  const sent: string[] = [];
  const host = {
    userId: ME,
    isLive: vi.fn(() => isLive),
    deliver: vi.fn<OutboxHost["deliver"]>(async (item) => {
      sent.push(item.text);
      return queue.shift() ?? ok;
    }),
    onDelivered: vi.fn(),
    onRejected: vi.fn(),
    onChange: vi.fn(),
  };
  return { outbox: new Outbox(host), host, sent };
}

const file = (name: string): OutboxFile => ({
  key: name,
  name,
  type: "image/png",
  size: 1,
  width: 0,
  height: 0,
  bytes: new File(["x"], name),
  upload_id: null,
});

const stored = async () => (await database()).getAll("outbox");

beforeEach(async () => (await database()).clear("outbox"));

describe("the outbox", () => {
  it("keeps what cannot be sent, for the next start, in order", async () => {
    const offline = make([], false);
    await offline.outbox.add("10", "one", null);
    await offline.outbox.add("10", "two", null);
    expect(await stored()).toHaveLength(2);
    const next = make([]);
    await next.outbox.flushAll();
    expect(next.sent).toEqual(["one", "two"]);
    expect(await stored()).toHaveLength(0);
  });

  it("sends again with the same key when nobody knows what happened", async () => {
    const { outbox, host } = make([unknown, ok]);
    await outbox.add("10", "one", null);
    const keys = host.deliver.mock.calls.map(([item]) => item.client_id);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(host.onDelivered).toHaveBeenCalledOnce();
  });

  it("stores the message before it is sent", async () => {
    const { outbox, host } = make([]);
    host.deliver.mockImplementationOnce(async (item) => {
      expect(await stored()).toEqual([item]);
      return ok;
    });
    await outbox.add("10", "one", null);
    expect(host.deliver).toHaveBeenCalledOnce();
  });

  it("keeps a refused message with its reason, and goes on with the next", async () => {
    const { outbox, sent } = make([rejected, ok, ok]);
    await outbox.add("10", "one", null);
    await outbox.add("10", "two", null);
    expect(await stored()).toMatchObject([{ text: "one", failure: "Only moderators." }]);
    await outbox.retry((await stored())[0]?.client_id ?? "");
    expect(sent).toEqual(["one", "two", "one"]);
    expect(await stored()).toHaveLength(0);
  });

  it("lets words go ahead of files that take long, and files wait for words before them", async () => {
    const { outbox, host, sent } = make([]);
    let arrived: () => void = () => undefined;
    host.deliver.mockImplementation(async (item) => {
      if (item.text === "a film") await new Promise<void>((resolve) => (arrived = resolve));
      sent.push(item.text);
      return ok;
    });
    const film = outbox.add("10", "a film", null, [file("film.mp4")]);
    const picture = outbox.add("10", "a picture", null, [file("sea.png")]);
    await vi.waitFor(() => expect(host.deliver).toHaveBeenCalledOnce());
    await outbox.add("10", "it takes a while", null);
    expect(sent).toEqual(["it takes a while"]);
    arrived();
    await Promise.all([film, picture]);
    await vi.waitFor(() => expect(sent).toEqual(["it takes a while", "a film", "a picture"]));
    expect(await stored()).toHaveLength(0);
  });

  it("sends words and files that waited together in the order they were written", async () => {
    const offline = make([], false);
    await offline.outbox.add("10", "look:", null);
    await offline.outbox.add("10", "a picture", null, [file("sea.png")]);
    await offline.outbox.add("10", "another", null, [file("lake.png")]);
    const next = make([unknown]);
    await next.outbox.flushAll();
    expect(next.sent).toEqual(["look:", "look:", "a picture", "another"]);
  });

  it.each([
    ["rule.blocked", true],
    ["message.refused", true],
    ["room.read_only", false],
    ["rate.limited", false],
  ])("knows whether trying again can help after %s", async (code, isFinal) => {
    const { outbox } = make([{ kind: "rejected", error: { code, message: "No." } }]);
    await outbox.add("10", "one", null);
    expect(await stored()).toMatchObject([{ failure: "No.", isFinal }]);
  });

  it("keeps a held message apart, asks for it at the next start, and ends with what was decided", async () => {
    const held: Answer = { kind: "rejected", error: { code: "message.held", message: "It waits." } };
    const first = make([held]);
    await first.outbox.add("10", "maybe", null);
    expect(await stored()).toMatchObject([{ text: "maybe", isHeld: true }]);
    expect(first.host.onRejected).not.toHaveBeenCalled();
    const next = make([held]);
    await next.outbox.flushAll();
    expect(next.sent).toEqual(["maybe"]);
    const id = (await stored())[0]?.client_id ?? "";
    await next.outbox.judge(id, "Not here.");
    expect(await stored()).toMatchObject([{ isHeld: false, isFinal: true, failure: "Not here." }]);
    await next.outbox.judge(id, null);
    expect(await stored()).toHaveLength(0);
  });
});
