import { useEffect } from "react";
import type { Id } from "@/api/wire";
import { beep, hasSound } from "@/lib/beep";
import { showFavicon } from "@/lib/favicon";
import { roomPath } from "@/lib/router";
import { isInFront, workerRegistration } from "@/lib/service-worker";
import { useNow } from "@/lib/use-now";
import { type Arrival, onArrival } from "@/realtime/arrivals";
import { attention } from "@/realtime/attention";
import { useLive } from "@/realtime/live-store";
import { roomTitle } from "@/realtime/naming";
import { closeNotifications, wantsNotifications } from "@/realtime/push";
import { said } from "@/realtime/said";
import { calls } from "@/realtime/wishes";

/** Time for another window of this browser to show it to the person first. */
const ELSEWHERE_MS = 1500;
const MUTES_END_MS = 60_000;
const BODY_LENGTH = 240;
const LAST_KEY = "chatflow.last-call";

/** Everything outside the rooms that says there is something: title, icon, badge, sound, notification. */
export function useNotifier(siteName: string): void {
  useCounts(siteName);
  useEffect(() => onArrival((arrival) => void hear(arrival)), []);
  useEffect(closeWhenRead, []);
}

function useCounts(siteName: string): void {
  const now = useNow(true, MUTES_END_MS);
  const unread = useLive((state) => attention(state, now).unread);
  const forMe = useLive((state) => attention(state, now).forMe);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${siteName}` : siteName;
  }, [unread, siteName]);
  useEffect(() => {
    showFavicon(forMe);
    const badge = forMe > 0 ? navigator.setAppBadge?.(forMe) : navigator.clearAppBadge?.();
    badge?.catch(() => undefined);
  }, [forMe]);
}

async function hear({ message, author, quoted }: Arrival): Promise<void> {
  const { me, rooms, wishes, users, blocked } = useLive.getState();
  const room = rooms[message.room_id]?.room;
  if (!room || !me || isInFront(room.id) || blocked.includes(message.author_id)) return;
  const answered = quoted?.author_id ?? null;
  if (!calls(wishes, room, message, { me: me.id, answered, now: new Date() })) return;
  if (document.visibilityState === "hidden" && !(await isStillUnread(room.id, message.seq))) return;
  if (!isFirstToCall(message.id)) return;
  if (hasSound()) beep();
  if (document.visibilityState === "visible") return;
  const name = room.kind === "direct" ? "" : ` in ${roomTitle(room, users, me.id)}`;
  await show(`${author.display_name}${name}`, said(message, BODY_LENGTH), room.id, message.seq);
}

async function isStillUnread(roomId: Id, seq: number): Promise<boolean> {
  await new Promise((done) => setTimeout(done, ELSEWHERE_MS));
  const membership = useLive.getState().rooms[roomId]?.membership;
  return membership !== undefined && membership.last_read_seq < seq;
}

/** Of several windows one calls. */
function isFirstToCall(messageId: Id): boolean {
  if (localStorage.getItem(LAST_KEY) === messageId) return false;
  localStorage.setItem(LAST_KEY, messageId);
  return true;
}

/** Where pushes come, they do this: the server knows whether another device is in use. */
async function show(title: string, text: string, roomId: Id, seq: number): Promise<void> {
  const registration = await workerRegistration();
  if (!registration || !wantsNotifications()) return;
  if (await registration.pushManager?.getSubscription()) return;
  await registration.showNotification(title, {
    body: text,
    tag: `room-${roomId}`,
    icon: "/static/icon-192.png",
    data: { path: roomPath(roomId, seq) },
  });
}

/** What is read here needs no notification on this device any more. */
function closeWhenRead(): () => void {
  return useLive.subscribe((state, before) => {
    if (state.rooms === before.rooms) return;
    for (const [id, { membership }] of Object.entries(state.rooms)) {
      if (membership.unread === 0 && (before.rooms[id]?.membership.unread ?? 0) > 0)
        void closeNotifications(id);
    }
  });
}
