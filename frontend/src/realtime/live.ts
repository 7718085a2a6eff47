import { socketTicket } from "@/api/accounts";
import { ApiError } from "@/api/client";
import { knownUserId, leave, renewToken } from "@/api/session";
import type { Id } from "@/api/wire";
import { tellArrivals } from "@/realtime/arrivals";
import { CatchUp } from "@/realtime/catch-up";
import type { StopReason } from "@/realtime/close-codes";
import type { OutboxFile } from "@/realtime/database";
import { deliver } from "@/realtime/deliver";
import type { MessageJudged, Ready, ServerEvent } from "@/realtime/events";
import {
  applyEvent,
  applyReady,
  changeRoom,
  expireTyping,
  type LiveState,
  putAnswer,
} from "@/realtime/live-state";
import { changeLive, EMPTY_STORE, useLive } from "@/realtime/live-store";
import { forgetEverything, recall, remember } from "@/realtime/memory";
import { roomTitle } from "@/realtime/naming";
import { Outbox } from "@/realtime/outbox";
import { renew } from "@/realtime/push";
import { noteHead } from "@/realtime/room-state";
import { type Phase, Socket, type TicketAnswer } from "@/realtime/socket";
import { cancel } from "@/realtime/uploads";
import { loadWishes } from "@/realtime/wish-actions";
import { toast } from "@/ui/toast";

const REMEMBER_AFTER_MS = 1000;
const TYPING_SWEEP_MS = 1000;

/** The one place where the socket, the store, the outbox and the device's memory meet. */
class Live {
  readonly socket = new Socket({
    url: `${window.location.protocol === "https:" ? "wss" : "ws"}://${window.location.host}/ws`,
    ticket: fetchTicket,
    renew: () => renewToken().then(() => null, whyStopped),
    onPhase: (phase) => this.onPhase(phase),
    onReady: (ready) => this.onReady(ready),
    onEvents: (events) => this.onEvents(events),
    onHeads: (heads) => this.onHeads(heads),
  });
  private readonly catchUp = new CatchUp(this.socket);
  private outbox: Outbox | null = null;
  private remembered: LiveState | null = null;
  private stopListening: (() => void) | null = null;

  async start(): Promise<void> {
    if (this.stopListening) return;
    this.stopListening = this.listen();
    const userId = knownUserId();
    const known = userId ? await recall(userId).catch(() => null) : null;
    if (!this.stopListening) return;
    if (known && userId && !useLive.getState().isReady) {
      useLive.setState(known);
      this.remembered = useLive.getState();
      this.openOutbox(userId);
    }
    this.socket.start();
  }

  async stop({ keepOutbox }: { readonly keepOutbox: boolean }): Promise<void> {
    this.stopListening?.();
    this.stopListening = null;
    this.socket.stop();
    this.catchUp.stop();
    this.outbox?.close();
    this.outbox = null;
    this.remembered = null;
    useLive.setState(EMPTY_STORE, true);
    await forgetEverything({ keepOutbox });
  }

  send(roomId: Id, text: string, replyTo: Id | null, files: readonly OutboxFile[] = []): void {
    this.outbox
      ?.add(roomId, text, replyTo, files)
      .catch(() => toast("This device could not store the message."));
  }

  retry(clientId: string): void {
    void this.outbox?.retry(clientId);
  }

  discard(clientId: string): void {
    const item = useLive.getState().outbox.find(({ client_id }) => client_id === clientId);
    for (const { key } of item?.files ?? []) cancel(key);
    void this.outbox?.discard(clientId);
  }

  /** Rooms changed by an answer may show a hole. */
  update(change: (state: LiveState) => LiveState): void {
    changeLive(change);
    this.catchUp.notice();
  }

  private listen(): () => void {
    const nudge = () => {
      if (document.visibilityState === "visible") this.socket.nudge();
    };
    const lose = () => this.socket.lose();
    const sweep = setInterval(() => changeLive((state) => expireTyping(state, Date.now())), TYPING_SWEEP_MS);
    const stopMemory = this.rememberChanges();
    window.addEventListener("online", nudge);
    window.addEventListener("offline", lose);
    document.addEventListener("visibilitychange", nudge);
    return () => {
      clearInterval(sweep);
      stopMemory();
      window.removeEventListener("online", nudge);
      window.removeEventListener("offline", lose);
      document.removeEventListener("visibilitychange", nudge);
    };
  }

  private rememberChanges(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = useLive.subscribe((state, previous) => {
      const isSame = state.rooms === previous.rooms && state.users === previous.users;
      if (isSame && state.blocked === previous.blocked) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        const now = useLive.getState();
        // A device without room to remember still chats.
        remember(now, this.remembered).catch(() => undefined);
        this.remembered = now;
      }, REMEMBER_AFTER_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }

  private onPhase(phase: Phase): void {
    useLive.setState({ phase });
    if (phase.name !== "live") this.catchUp.stop();
    if (phase.name === "stopped" && phase.reason === "signed-out") leave("ended");
  }

  private onReady(ready: Ready): void {
    changeLive((state) => applyReady(state, ready));
    this.catchUp.notice(0);
    void this.openOutbox(ready.user.id).flushAll();
    // What cannot be asked now is asked with the next connection; until then the last answer or the defaults hold.
    loadWishes()
      .then(() => renew(ready.session_id))
      .catch(() => undefined);
  }

  private onEvents(events: readonly ServerEvent[]): void {
    const now = Date.now();
    const before = useLive.getState();
    events.forEach(tellRemoval);
    for (const event of events) if (event.type === "message.judged") this.judge(event);
    this.update((state) => events.reduce((current, event) => applyEvent(current, event, now), state));
    tellArrivals(events, before, now);
  }

  private judge({ client_id, released, reason }: MessageJudged): void {
    void this.outbox?.judge(client_id, released ? null : reason || "A moderator has refused it.");
  }

  private onHeads(heads: Readonly<Record<Id, number>>): void {
    this.update((state) =>
      Object.entries(heads).reduce(
        (current, [roomId, rev]) => changeRoom(current, roomId, (room) => noteHead(room, rev)),
        state,
      ),
    );
  }

  private openOutbox(userId: Id): Outbox {
    if (this.outbox) return this.outbox;
    this.outbox = new Outbox({
      userId,
      isLive: () => this.socket.isLive,
      deliver: (item) => deliver(this.socket, item),
      onDelivered: (message) => this.update((state) => putAnswer(state, message)),
      onRejected: (error) => toast(error.message),
      onChange: (outbox) => useLive.setState({ outbox }),
    });
    void this.outbox.reload();
    return this.outbox;
  }
}

/** Before the room goes, and its name with it. */
function tellRemoval(event: ServerEvent): void {
  if (event.type !== "room.removed" || event.reason === "left") return;
  const { rooms, users, me } = useLive.getState();
  const room = rooms[event.room_id]?.room;
  if (room && me) toast(`You were ${event.reason} from ${roomTitle(room, users, me.id)}.`);
}

function whyStopped(error: unknown): StopReason {
  return error instanceof ApiError && error.body.code === "user.suspended" ? "suspended" : "signed-out";
}

async function fetchTicket(): Promise<TicketAnswer> {
  try {
    return await socketTicket();
  } catch (error) {
    if (!(error instanceof ApiError)) return null;
    if (error.status === 401) return { stop: "signed-out" };
    return error.body.code === "user.suspended" ? { stop: "suspended" } : null;
  }
}

export const live = new Live();
