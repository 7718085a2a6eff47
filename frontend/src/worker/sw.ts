import { type Note, pathOf, readNote } from "@/worker/notes";
import { asset, installShell, isAsset, isClientPath, navigate } from "@/worker/shell";

declare const self: ServiceWorkerGlobalScope;

const ICON = "/static/icon-192.png";
const BADGE = "/static/badge-96.png";
/** A window that is too busy to answer gets the notification. */
const ANSWER_WITHIN_MS = 500;

self.addEventListener("install", (event) => {
  // Without a network or a server the worker still takes pushes; the page is kept with the next visit.
  event.waitUntil(installShell().catch(() => undefined));
  void self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && isClientPath(url.pathname)) {
    event.respondWith(navigate(request, (work) => event.waitUntil(work.catch(() => undefined))));
  } else if (isAsset(url.pathname)) event.respondWith(asset(request));
});

self.addEventListener("push", (event) => {
  event.waitUntil(take(readNote(event.data?.text() ?? "")));
});

async function take(note: Note): Promise<void> {
  if (note.kind === "withdraw") return withdraw(note.tag);
  if (note.kind === "message" && (await isInView(note.room_id))) return;
  await show(note);
  if (note.kind === "test" && note.token) await confirm(note.token);
}

async function show({ title, body, tag, url, sent_at }: Note): Promise<void> {
  const options = {
    body,
    tag,
    // Whoever closed an earlier one of the room is called again by a new message.
    renotify: true,
    icon: ICON,
    badge: BADGE,
    timestamp: sent_at ? Date.parse(sent_at) : Date.now(),
    data: { path: pathOf(url, self.location.origin) },
  };
  await self.registration.showNotification(title, options);
  // The number is the page's affair; here it is only known that there is something.
  await navigator.setAppBadge?.().catch(() => undefined);
}

async function withdraw(tag: string): Promise<void> {
  for (const shown of await self.registration.getNotifications({ tag })) shown.close();
  const left = await self.registration.getNotifications();
  if (left.length === 0) await navigator.clearAppBadge?.().catch(() => undefined);
}

/** The room is in front of the person on this device already. A window's own URL is as it was opened: it is asked. */
async function isInView(roomId: string | undefined): Promise<boolean> {
  if (!roomId) return false;
  const windows = await self.clients.matchAll({ type: "window" });
  const visible = windows.filter((one) => one.visibilityState === "visible");
  return (await Promise.all(visible.map((one) => isLookingAt(one, roomId)))).includes(true);
}

function isLookingAt(window: WindowClient, roomId: string): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((answer) => {
    setTimeout(() => answer(false), ANSWER_WITHIN_MS);
    port1.onmessage = ({ data }: MessageEvent) => answer(data === true);
    window.postMessage({ kind: "looking-at", roomId }, [port2]);
  });
}

async function confirm(token: string): Promise<void> {
  await fetch(`/api/v1/notifications/receipts/${encodeURIComponent(token)}`, { method: "PUT" }).catch(
    () => undefined,
  );
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path = "/" } = (event.notification.data ?? {}) as { path?: string };
  event.waitUntil(open(path));
});

async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const ours = windows.find((one) => isClientPath(new URL(one.url).pathname));
  if (!ours) {
    await self.clients.openWindow(path);
    return;
  }
  ours.postMessage({ kind: "open", path });
  await ours.focus();
}
