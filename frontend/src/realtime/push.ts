import { addDevice, type Device } from "@/api/notifications";
import { knownUserId } from "@/api/session";
import type { Id } from "@/api/wire";
import { describeDevice } from "@/lib/device";
import { workerRegistration } from "@/lib/service-worker";
import { useLive } from "@/realtime/live-store";

/** Whose pushes this browser takes: another person who signs in here has to say so themselves. */
const KEY = "chatflow.push";
let renewedIn: Id | null = null;

/** What this browser can do: pushes, notifications while a window is open, or nothing. */
export type Support = "push" | "window" | "none";
export type Permission = "granted" | "denied" | "default";

export function support(): Support {
  if (!("Notification" in window) || !("serviceWorker" in navigator)) return "none";
  return "PushManager" in window ? "push" : "window";
}

export function permission(): Permission {
  return "Notification" in window ? Notification.permission : "denied";
}

/** The person wants notifications here: pushes, or at least while a window is open. */
export function wantsNotifications(): boolean {
  return permission() === "granted" && localStorage.getItem(KEY) === knownUserId();
}

/** Only after a click: browsers punish sites that ask by themselves. Returns the device, null without pushes. */
export async function turnOn(): Promise<Device | null> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error(DENIED);
  localStorage.setItem(KEY, knownUserId() ?? "");
  return subscribe();
}

export const DENIED =
  "Your browser does not let this site notify you. Its settings for this site can change that.";

/** Once in each sign-in and page: the browser may have a new endpoint, and what an old sign-in added ended with it. */
export async function renew(sessionId: Id): Promise<void> {
  if (renewedIn === sessionId || !wantsNotifications()) return;
  if (await subscribe().catch(() => null)) renewedIn = sessionId;
}

export async function turnOff(): Promise<void> {
  localStorage.removeItem(KEY);
  const registration = await workerRegistration();
  const held = await registration?.pushManager?.getSubscription();
  await held?.unsubscribe();
  await closeNotifications();
}

async function subscribe(): Promise<Device | null> {
  const registration = await workerRegistration();
  const key = useLive.getState().wishes.vapidKey;
  if (!registration?.pushManager || !key) return null;
  const subscription = await subscriptionFor(registration.pushManager, fromBase64Url(key));
  return addDevice(subscription.toJSON(), describeDevice(navigator.userAgent));
}

/** A subscription made for another key of the site is worth nothing any more. */
async function subscriptionFor(
  manager: PushManager,
  key: Uint8Array<ArrayBuffer>,
): Promise<PushSubscription> {
  const held = await manager.getSubscription();
  if (held && isSame(held.options.applicationServerKey, key)) return held;
  await held?.unsubscribe();
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function isSame(held: ArrayBuffer | null, key: Uint8Array): boolean {
  if (held?.byteLength !== key.byteLength) return false;
  return new Uint8Array(held).every((byte, index) => byte === key[index]);
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Closes what this device shows of a room, or of all. */
export async function closeNotifications(roomId?: Id): Promise<void> {
  const registration = await workerRegistration();
  const shown = (await registration?.getNotifications(roomId ? { tag: `room-${roomId}` } : undefined)) ?? [];
  for (const one of shown) one.close();
}
