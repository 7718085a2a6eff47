import type { ErrorBody, Id, Message } from "@/api/wire";
import { fullJitter } from "@/lib/backoff";
import { exclusively } from "@/lib/exclusive";
import { uuid } from "@/lib/uuid";
import { database, type OutboxFile, type OutboxItem } from "@/realtime/database";
import type { Outcome } from "@/realtime/socket";

export type OutboxHost = {
  readonly userId: Id;
  readonly isLive: () => boolean;
  readonly deliver: (item: OutboxItem) => Promise<Outcome<{ readonly message: Message }>>;
  readonly onDelivered: (message: Message) => void;
  readonly onRejected: (error: ErrorBody) => void;
  readonly onChange: (items: readonly OutboxItem[]) => void;
};

/** What these say of a message they say of it again: a rule has refused what it says, or a moderator the message itself. */
const FINAL: ReadonlySet<string> = new Set(["rule.blocked", "message.refused"]);

/** Files may take long: what is only words does not wait for them. */
type Lane = "words" | "files";

/** Messages on their way: written to disk before the network, sent per room and lane in order, by one tab at a time. */
export class Outbox {
  private readonly host: OutboxHost;
  private readonly channel = new BroadcastChannel("chatflow.outbox");
  private readonly flushing = new Set<string>();
  private items: readonly OutboxItem[] = [];
  private lastPlaced = 0;

  constructor(host: OutboxHost) {
    this.host = host;
    this.channel.onmessage = () => void this.reload();
  }

  close(): void {
    this.channel.close();
  }

  async reload(): Promise<void> {
    this.items = await this.read();
    this.host.onChange(this.items);
  }

  async add(roomId: Id, text: string, replyTo: Id | null, files: readonly OutboxFile[] = []): Promise<void> {
    this.lastPlaced = Math.max(Date.now(), this.lastPlaced + 1);
    const item: OutboxItem = {
      client_id: uuid(),
      user_id: this.host.userId,
      room_id: roomId,
      text,
      reply_to: replyTo,
      files,
      placed_at: this.lastPlaced,
      failure: null,
    };
    await this.write(item);
    await this.flush(roomId);
  }

  async retry(clientId: string): Promise<void> {
    const item = this.items.find(({ client_id }) => client_id === clientId);
    if (!item) return;
    await this.write({ ...item, failure: null });
    await this.flush(item.room_id);
  }

  /** The decision about a message that a moderator had to look at first. */
  async judge(clientId: string, refusal: string | null): Promise<void> {
    const item = this.items.find(({ client_id }) => client_id === clientId);
    if (item && refusal === null) await this.discard(clientId);
    else if (item) await this.write({ ...item, failure: refusal, isHeld: false, isFinal: true });
  }

  /** What was held may have been decided while nobody was here: the server tells whoever asks again. */
  private async askForHeld(): Promise<void> {
    for (const item of (await this.read()).filter(({ isHeld }) => isHeld))
      await (await database()).put("outbox", { ...item, failure: null, isHeld: false });
  }

  async discard(clientId: string): Promise<void> {
    await (await database()).delete("outbox", clientId);
    await this.changed();
  }

  async flushAll(): Promise<void> {
    await this.askForHeld();
    await this.reload();
    await Promise.all(
      [...new Set(this.items.map(({ room_id }) => room_id))].map((roomId) => this.flush(roomId)),
    );
  }

  private async flush(roomId: Id): Promise<void> {
    await Promise.all([this.flushLane(roomId, "words"), this.flushLane(roomId, "files")]);
  }

  private async flushLane(roomId: Id, lane: Lane): Promise<void> {
    const turn = `${roomId}.${lane}`;
    if (this.flushing.has(turn)) return;
    this.flushing.add(turn);
    try {
      await exclusively(`chatflow.outbox.${this.host.userId}.${turn}`, () => this.sendAll(roomId, lane));
    } finally {
      this.flushing.delete(turn);
    }
    // Something may have been written between the last look and the end of the turn.
    if (this.host.isLive() && (await this.next(roomId, lane))) await this.flushLane(roomId, lane);
    else if (lane === "words") await this.flushLane(roomId, "files");
  }

  private async sendAll(roomId: Id, lane: Lane): Promise<void> {
    for (let attempt = 0; this.host.isLive(); attempt++) {
      const item = await this.next(roomId, lane);
      if (!item) return;
      const outcome = await this.host.deliver(item);
      if (outcome.kind === "ok") await this.delivered(item, outcome.data.message);
      else if (outcome.kind === "rejected") await this.rejected(item, outcome.error);
      else if (this.host.isLive()) await pause(outcome.retryAfter, attempt);
      if (outcome.kind !== "unknown") attempt = 0;
    }
  }

  /** Read from disk, not from memory: another tab may have sent or discarded it. Files wait for words before them. */
  private async next(roomId: Id, lane: Lane): Promise<OutboxItem | undefined> {
    const waiting = (await this.read()).filter((item) => item.room_id === roomId && item.failure === null);
    const words = waiting.filter(({ files }) => files.length === 0);
    if (lane === "words") return words[0];
    return waiting[0] === words[0] ? undefined : waiting[0];
  }

  private async read(): Promise<OutboxItem[]> {
    const items = await (await database()).getAllFromIndex("outbox", "user", this.host.userId);
    // One that was written by an earlier version has no files.
    const whole = items.map((item) => ({ ...item, files: item.files ?? [] }));
    return whole.sort((left, right) => left.placed_at - right.placed_at);
  }

  private async delivered(item: OutboxItem, message: Message): Promise<void> {
    this.host.onDelivered(message);
    await this.discard(item.client_id);
  }

  private async rejected(item: OutboxItem, error: ErrorBody): Promise<void> {
    const isHeld = error.code === "message.held";
    await this.write({ ...item, failure: error.message, isHeld, isFinal: FINAL.has(error.code) });
    if (!isHeld) this.host.onRejected(error);
  }

  private async write(item: OutboxItem): Promise<void> {
    await (await database()).put("outbox", item);
    await this.changed();
  }

  private changed(): Promise<void> {
    this.channel.postMessage("changed");
    return this.reload();
  }
}

function pause(retryAfter: number | null, attempt: number): Promise<void> {
  const delay = retryAfter === null ? fullJitter(attempt) : retryAfter * 1000;
  return new Promise((resolve) => setTimeout(resolve, delay));
}
