import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { afterClose, type StopReason } from "@/realtime/close-codes";
import type { ServerEvent } from "@/realtime/events";
import { type Phase, Socket, type SocketHost } from "@/realtime/socket";

class FakeConnection {
  static all: FakeConnection[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: { type: string; ref: number; ticket?: string }[] = [];

  constructor() {
    FakeConnection.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {}

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const READY = {
  type: "ready",
  user: { id: "1" },
  session_id: "1",
  rooms: [],
  users: [],
  presence: {},
  blocked: [],
};

function make(fields: Partial<SocketHost> = {}) {
  const phases: Phase[] = [];
  const host = {
    url: "ws://test/ws",
    ticket: vi.fn(async () => ({ ticket: "t" })),
    renew: vi.fn(async (): Promise<StopReason | null> => null),
    onPhase: (phase: Phase) => phases.push(phase),
    onReady: vi.fn(),
    onEvents: vi.fn(),
    onHeads: vi.fn(),
    ...fields,
  };
  return { socket: new Socket(host), host, phases, phase: () => phases.at(-1)?.name };
}

async function goLive(socket: Socket): Promise<FakeConnection> {
  socket.start();
  return greet();
}

async function greet(): Promise<FakeConnection> {
  await vi.advanceTimersByTimeAsync(0);
  const connection = FakeConnection.all.at(-1);
  if (!connection) throw new Error("no connection");
  connection.say({ type: "hello", protocol: 1, heartbeat: 25 });
  connection.say(READY);
  return connection;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeConnection.all = [];
  vi.stubGlobal("WebSocket", FakeConnection);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the connection", () => {
  it("authenticates with a ticket in the first frame and is live when ready", async () => {
    const { socket, host, phase } = make();
    const connection = await goLive(socket);
    expect(connection.sent[0]).toMatchObject({ type: "auth", ticket: "t" });
    expect(phase()).toBe("live");
    expect(host.onReady).toHaveBeenCalledOnce();
  });

  it("hands events over in order, also out of an array", async () => {
    const { socket, host } = make();
    const connection = await goLive(socket);
    connection.say([
      { type: "typing.started", room_id: "10", user_id: "2" },
      { type: "later.invention", room_id: "10", rev: 4 },
    ]);
    expect(host.onEvents).toHaveBeenCalledWith([
      { type: "typing.started", room_id: "10", user_id: "2" },
      { type: "unknown", room_id: "10", rev: 4 },
    ]);
  });

  it("hands over what comes in lots once for each frame, and loses none of it with the connection", async () => {
    const revs: number[][] = [];
    const onEvents = (events: readonly ServerEvent[]) =>
      revs.push(events.map((event) => ("rev" in event ? event.rev : 0)));
    const { socket } = make({ onEvents });
    const connection = await goLive(socket);
    const say = (rev: number) => connection.say({ type: "later.invention", room_id: "10", rev });
    for (const rev of [1, 2, 3, 4]) say(rev);
    expect(revs).toEqual([[1]]);
    vi.advanceTimersToNextFrame();
    expect(revs).toEqual([[1], [2, 3, 4]]);
    say(5);
    say(6);
    connection.onclose?.({ code: 1006 });
    expect(revs).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  it("tells what came before an answer before the answer", async () => {
    const order: string[] = [];
    const { socket } = make({ onEvents: () => order.push("events") });
    const connection = await goLive(socket);
    const answer = socket.request("presence.set", {}).then(() => order.push("answer"));
    for (const rev of [1, 2]) connection.say({ type: "later.invention", room_id: "10", rev });
    connection.say({ type: "ack", ref: connection.sent.at(-1)?.ref, data: {} });
    await answer;
    expect(order).toEqual(["events", "events", "answer"]);
  });

  it("comes back after a loss, with a new ticket", async () => {
    const { socket, host, phase } = make();
    (await goLive(socket)).onclose?.({ code: 1006 });
    expect(phase()).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    await greet();
    expect(phase()).toBe("live");
    expect(host.ticket).toHaveBeenCalledTimes(2);
  });

  it("renews the session once after 4401, then gives up", async () => {
    const { socket, host, phases } = make();
    (await goLive(socket)).onclose?.({ code: 4401 });
    await vi.advanceTimersByTimeAsync(0);
    FakeConnection.all.at(-1)?.onclose?.({ code: 4401 });
    expect(host.renew).toHaveBeenCalledOnce();
    expect(phases.at(-1)).toEqual({ name: "stopped", reason: "signed-out" });
  });

  it("says that somebody is suspended whose session cannot be renewed for that", async () => {
    const { socket, host, phases } = make();
    vi.mocked(host.renew).mockResolvedValueOnce("suspended");
    (await goLive(socket)).onclose?.({ code: 4401 });
    await vi.advanceTimersByTimeAsync(0);
    expect(phases.at(-1)).toEqual({ name: "stopped", reason: "suspended" });
  });

  it("does not trust a silent connection", async () => {
    const { socket, phase } = make();
    await goLive(socket);
    await vi.advanceTimersByTimeAsync(25_000 + 10_001);
    expect(phase()).not.toBe("live");
  });
});

describe("an answer", () => {
  it("is ok, rejected or unknown", async () => {
    const { socket } = make();
    const connection = await goLive(socket);
    const ask = () => {
      const outcome = socket.request("message.send", {});
      return { outcome, ref: connection.sent.at(-1)?.ref };
    };
    const ok = ask();
    connection.say({ type: "ack", ref: ok.ref, data: { done: true } });
    expect(await ok.outcome).toEqual({ kind: "ok", data: { done: true } });
    const rejected = ask();
    connection.say({ type: "error", ref: rejected.ref, error: { code: "room.read_only", message: "No." } });
    expect(await rejected.outcome).toMatchObject({ kind: "rejected" });
    const limited = ask();
    connection.say({
      type: "error",
      ref: limited.ref,
      error: { code: "rate_limited", message: "", retry_after: 3 },
    });
    expect(await limited.outcome).toEqual({ kind: "unknown", retryAfter: 3 });
    const lost = ask();
    connection.onclose?.({ code: 1006 });
    expect(await lost.outcome).toMatchObject({ kind: "unknown" });
  });
});

describe("close codes", () => {
  it.each([
    [1006, "retry"],
    [1012, "retry"],
    [4400, "stop"],
    [4401, "renew"],
    [4403, "stop"],
    [4408, "retry"],
    [4409, "stop"],
    [4429, "retry"],
  ])("%i means %s", (code, kind) => {
    expect(afterClose(code, 0).kind).toBe(kind);
  });
});
