import { block } from "@/api/accounts";
import { ApiError } from "@/api/client";
import { listMembers, readPage, type Where } from "@/api/rooms";
import type { Id, Membership, Message, Room, RoomEntry } from "@/api/wire";
import { countdown } from "@/lib/time";
import type { Presence } from "@/realtime/events";
import { live } from "@/realtime/live";
import { addRoom, changeRoom, putAnswer, putUsers, removeRoom } from "@/realtime/live-state";
import { useLive } from "@/realtime/live-store";
import { applyPage, putMembers, putMembership, putRoom, withTimeline } from "@/realtime/room-state";
import type { Outcome } from "@/realtime/socket";
import { keepAround, type Timeline, trimTimeline } from "@/realtime/timeline";
import { toast } from "@/ui/toast";

/** Of a room that is left or looked at further up: what fills the screen, and an unread count up to its cap. */
const KEPT_MESSAGES = 100;
const MEMBER_PAGES = 20;

export async function loadPage(roomId: Id, where: Where): Promise<void> {
  const page = await readPage(roomId, where);
  live.update((state) =>
    changeRoom(putUsers(state, page.users), roomId, (room, viewer) => applyPage(room, page, where, viewer)),
  );
}

export function trimRoom(roomId: Id): void {
  changeTimeline(roomId, (timeline) => trimTimeline(timeline, KEPT_MESSAGES));
}

/** Drops what is shown before the place `from` and after `to`. */
export function dropFar(roomId: Id, from: number, to: number): void {
  changeTimeline(roomId, (timeline) => keepAround(timeline, from, to, KEPT_MESSAGES));
}

function changeTimeline(roomId: Id, change: (timeline: Timeline) => Timeline): void {
  live.update((state) => changeRoom(state, roomId, (room) => withTimeline(room, change(room.timeline))));
}

export async function loadMembers(roomId: Id): Promise<void> {
  let cursor: string | null = null;
  for (let pages = 0; pages === 0 || (cursor && pages < MEMBER_PAGES); pages++) {
    const { results, users, next } = await listMembers(roomId, cursor);
    live.update((state) => changeRoom(putUsers(state, users), roomId, (room) => putMembers(room, results)));
    cursor = next;
  }
  live.update((state) => changeRoom(state, roomId, (room) => ({ ...room, membersLoaded: true })));
}

export async function loadPresence(roomId: Id): Promise<void> {
  const outcome = await live.socket.request<{ presence: Record<Id, Presence> }>("presence.list", {
    room_id: roomId,
  });
  if (outcome.kind !== "ok") return;
  const { presence } = outcome.data;
  live.update((state) => ({ ...state, presence: { ...state.presence, ...presence } }));
}

/** `files`: those that stay; without it all do. */
export function editMessage(message: Message, text: string, files?: readonly Id[]): Promise<boolean> {
  const { id: message_id, rev: expected_rev } = message;
  return changeMessage("message.edit", { message_id, text, expected_rev, ...(files ? { files } : {}) });
}

export function removePreviews(message: Message): Promise<boolean> {
  return changeMessage("preview.remove", { message_id: message.id });
}

export function deleteMessage(message: Message): Promise<boolean> {
  return changeMessage("message.delete", { message_id: message.id });
}

export function setReaction(message: Message, emoji: string, isOn: boolean): Promise<boolean> {
  return changeMessage(isOn ? "reaction.add" : "reaction.remove", { message_id: message.id, emoji });
}

export function setPinned(message: Message, isOn: boolean): Promise<boolean> {
  return changeMessage(isOn ? "message.pin" : "message.unpin", { message_id: message.id });
}

async function changeMessage(type: string, fields: object): Promise<boolean> {
  const outcome = await live.socket.request<{ message: Message }>(type, fields);
  if (outcome.kind === "ok") live.update((state) => putAnswer(state, outcome.data.message));
  else complain(outcome);
  return outcome.kind === "ok";
}

/** Whether the server has answered; without an answer it is worth asking again. */
export async function markRead(roomId: Id, seq: number): Promise<boolean> {
  const outcome = await live.socket.request<{ membership: Membership }>("read.advance", {
    room_id: roomId,
    seq,
  });
  if (outcome.kind === "ok") showMembership(roomId, outcome.data.membership);
  return outcome.kind !== "unknown";
}

export async function markUnread(roomId: Id, seq: number): Promise<void> {
  const outcome = await live.socket.request<{ membership: Membership }>("read.rewind", {
    room_id: roomId,
    seq,
  });
  if (outcome.kind === "ok") showMembership(roomId, outcome.data.membership);
  else complain(outcome);
}

function showMembership(roomId: Id, membership: Membership): void {
  live.update((state) =>
    changeRoom(state, roomId, (room, viewer) => putMembership(room, membership, viewer)),
  );
}

export function tellTyping(roomId: Id, isTyping: boolean): void {
  void live.socket.request(isTyping ? "typing.start" : "typing.stop", { room_id: roomId });
}

export function tellPresence(status: "online" | "idle"): void {
  void live.socket.request("presence.set", { status });
}

export function adoptRoom(entry: RoomEntry): void {
  live.update((state) => addRoom(state, entry));
}

export function showRoom(answer: Room): void {
  live.update((state) => changeRoom(state, answer.id, (room) => putRoom(room, answer)));
}

export function unblock(userId: Id): void {
  void attempt(() => block(userId, false));
}

export function dropRoom(roomId: Id): void {
  live.update((state) => removeRoom(state, roomId));
}

/** What to say of a failed request, or null when the fields that were sent say it themselves. */
export function explain(error: unknown, fields: object = {}): string | null {
  if (!(error instanceof Error)) return "Something went wrong.";
  if (Object.keys(fieldErrors(error)).some((name) => name in fields)) return null;
  const wait = error instanceof ApiError ? error.body.retry_after : undefined;
  return wait ? `${error.message} Try again in ${countdown(wait * 1000)}.` : error.message;
}

/** Runs a REST action and tells the person when the server refuses it. */
export async function attempt<T>(action: () => Promise<T>, fields?: object): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    const problem = explain(error, fields);
    if (problem) toast(problem);
    return undefined;
  }
}

export function fieldErrors(error: unknown): Readonly<Record<string, readonly string[]>> {
  return error instanceof ApiError ? (error.body.fields ?? {}) : {};
}

function complain(outcome: Exclude<Outcome<unknown>, { kind: "ok" }>): void {
  if (outcome.kind === "rejected") toast(outcome.error.message);
  else
    toast(
      useLive.getState().phase.name === "live"
        ? "No answer yet. Please try again."
        : "You are offline. Please try again later.",
    );
}
