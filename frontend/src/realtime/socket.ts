import type { ErrorBody } from "@/api/wire";
import { afterClose, type StopReason } from "@/realtime/close-codes";
import { parseFrames, type Ready, type ServerEvent, type ServerFrame } from "@/realtime/events";
import { FrameGate } from "@/realtime/frames";

export type Phase =
  | { readonly name: "idle" }
  | { readonly name: "connecting" }
  | { readonly name: "live" }
  | { readonly name: "waiting"; readonly until: number }
  | { readonly name: "stopped"; readonly reason: StopReason };

/** `unknown`: it may or may not have happened. Ask again with the same key. */
export type Outcome<T> =
  | { readonly kind: "ok"; readonly data: T }
  | { readonly kind: "rejected"; readonly error: ErrorBody }
  | { readonly kind: "unknown"; readonly retryAfter: number | null };

export type TicketAnswer = { readonly ticket: string } | { readonly stop: StopReason } | null;

export type SocketHost = {
  readonly url: string;
  /** null: not to be had just now. */
  readonly ticket: () => Promise<TicketAnswer>;
  /** Gets a new session token, or tells why there is none to be had. */
  readonly renew: () => Promise<StopReason | null>;
  readonly onPhase: (phase: Phase) => void;
  readonly onReady: (ready: Ready) => void;
  readonly onEvents: (events: readonly ServerEvent[]) => void;
  readonly onHeads: (heads: Readonly<Record<string, number>>) => void;
};

type Waiting = {
  readonly settle: (outcome: Outcome<unknown>) => void;
  readonly timer: ReturnType<typeof setTimeout>;
};

const ANSWER_TIMEOUT_MS = 10_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const PROBE_TIMEOUT_MS = 3000;
const STABLE_MS = 60_000;
const LOST = 1006;
const UNCERTAIN = ["rate_limited", "room.slow", "internal", "unavailable"];

export class Socket {
  private readonly host: SocketHost;
  private phase: Phase = { name: "idle" };
  private connection: WebSocket | null = null;
  private attempt = 0;
  private hasRenewed = false;
  private nextRef = 1;
  private readonly waiting = new Map<number, Waiting>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setTimeout> | undefined;
  private liveSince = 0;
  private untold: ServerEvent[] = [];
  private readonly gate = new FrameGate(() => this.tell());

  constructor(host: SocketHost) {
    this.host = host;
  }

  start(): void {
    if (this.phase.name === "idle" || this.phase.name === "stopped") void this.connect();
  }

  stop(): void {
    this.drop();
    this.enter({ name: "idle" });
  }

  get isLive(): boolean {
    return this.phase.name === "live";
  }

  /** The network or the person came back: do not wait for the timer, and do not trust an old connection. */
  nudge(): void {
    if (this.phase.name === "waiting") void this.connect();
    else if (this.phase.name === "live") void this.beat(PROBE_TIMEOUT_MS);
  }

  /** The network went: say so at once instead of waiting for an answer that cannot come. */
  lose(): void {
    if (this.phase.name === "live" || this.phase.name === "connecting") this.retire(LOST);
  }

  request<T>(type: string, fields: object, timeout = ANSWER_TIMEOUT_MS): Promise<Outcome<T>> {
    if (!this.isLive) return Promise.resolve({ kind: "unknown", retryAfter: null });
    return this.ask(type, fields, timeout) as Promise<Outcome<T>>;
  }

  private async connect(): Promise<void> {
    this.drop();
    this.enter({ name: "connecting" });
    const answer = await this.host.ticket().catch(() => null);
    if (this.phase.name !== "connecting" || this.connection) return;
    if (answer === null) return this.retire(LOST);
    if ("stop" in answer) return this.enter({ name: "stopped", reason: answer.stop });
    this.open(answer.ticket);
  }

  private open(ticket: string): void {
    const connection = new WebSocket(this.host.url);
    this.connection = connection;
    this.timer = setTimeout(() => this.retire(LOST), HANDSHAKE_TIMEOUT_MS);
    connection.onmessage = ({ data }) => {
      if (connection === this.connection) this.read(String(data), ticket);
    };
    connection.onclose = ({ code }) => {
      if (connection === this.connection) this.retire(code);
    };
  }

  private read(text: string, ticket: string): void {
    for (const frame of parseFrames(text)) {
      if (isControl(frame)) {
        // Order matters: what came before the answer is applied before the answer is told.
        this.tell();
        this.control(frame, ticket);
      } else this.untold.push(frame);
    }
    if (this.untold.length > 0) this.gate.pass();
  }

  private tell(): void {
    const events = this.untold;
    this.untold = [];
    if (events.length > 0) this.host.onEvents(events);
  }

  private control(frame: ControlFrame, ticket: string): void {
    if (frame.type === "hello") this.authenticate(ticket, frame.heartbeat);
    else if (frame.type === "ready") this.goLive(frame);
    else if (frame.type === "ack") this.settle(frame.ref, { kind: "ok", data: frame.data });
    else this.settle(frame.ref, refusal(frame.error));
  }

  private authenticate(ticket: string, seconds: number): void {
    this.connection?.send(JSON.stringify({ type: "auth", ref: this.nextRef++, ticket }));
    const every = seconds * 1000;
    const again = () => {
      // Spread over ±20 %, so that the clients of a restarted server do not beat in step.
      this.heartbeat = setTimeout(
        () => void this.beat(ANSWER_TIMEOUT_MS).then(again),
        every * (0.8 + Math.random() * 0.2),
      );
    };
    clearTimeout(this.heartbeat);
    again();
  }

  private goLive(ready: Ready): void {
    clearTimeout(this.timer);
    this.hasRenewed = false;
    this.liveSince = Date.now();
    this.enter({ name: "live" });
    this.host.onReady(ready);
  }

  private async beat(timeout: number): Promise<void> {
    const connection = this.connection;
    const outcome = await this.request<{ heads: Record<string, number> }>("ping", {}, timeout);
    if (connection !== this.connection || !this.isLive) return;
    if (outcome.kind === "ok") this.host.onHeads(outcome.data.heads);
    else if (outcome.kind === "unknown" && outcome.retryAfter === null) this.retire(LOST);
  }

  private ask(type: string, fields: object, timeout: number): Promise<Outcome<unknown>> {
    const ref = this.nextRef++;
    return new Promise((settle) => {
      const timer = setTimeout(() => this.settle(ref, { kind: "unknown", retryAfter: null }), timeout);
      this.waiting.set(ref, { settle, timer });
      this.connection?.send(JSON.stringify({ type, ref, ...fields }));
    });
  }

  private settle(ref: number | null, outcome: Outcome<unknown>): void {
    const waiting = ref === null ? undefined : this.waiting.get(ref);
    if (ref === null || !waiting) return;
    clearTimeout(waiting.timer);
    this.waiting.delete(ref);
    waiting.settle(outcome);
  }

  private retire(code: number): void {
    if (this.isLive && Date.now() - this.liveSince > STABLE_MS) this.attempt = 0;
    this.drop();
    const next = afterClose(code, this.attempt++);
    if (next.kind === "stop") this.enter({ name: "stopped", reason: next.reason });
    else if (next.kind === "renew") void this.renew();
    else this.wait(next.delay);
  }

  private wait(delay: number): void {
    this.enter({ name: "waiting", until: Date.now() + delay });
    this.timer = setTimeout(() => void this.connect(), delay);
  }

  private async renew(): Promise<void> {
    if (this.hasRenewed) return this.enter({ name: "stopped", reason: "signed-out" });
    this.hasRenewed = true;
    this.enter({ name: "connecting" });
    const reason = await this.host.renew();
    if (this.phase.name !== "connecting") return;
    if (reason === null) void this.connect();
    else this.enter({ name: "stopped", reason });
  }

  private drop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.heartbeat);
    const connection = this.connection;
    this.connection = null;
    this.gate.stop();
    this.tell();
    connection?.close();
    for (const ref of [...this.waiting.keys()]) this.settle(ref, { kind: "unknown", retryAfter: null });
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.host.onPhase(phase);
  }
}

type ControlFrame = Extract<ServerFrame, { type: "hello" | "ready" | "ack" | "error" }>;

function isControl(frame: ServerFrame): frame is ControlFrame {
  return ["hello", "ready", "ack", "error"].includes(frame.type);
}

function refusal(error: ErrorBody): Outcome<unknown> {
  if (UNCERTAIN.includes(error.code)) return { kind: "unknown", retryAfter: error.retry_after ?? 1 };
  return { kind: "rejected", error };
}
