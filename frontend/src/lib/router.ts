import { useSyncExternalStore } from "react";

export type Location = { readonly roomId: string | null; readonly seq: number | null };

const ROOM_PATH = /^\/rooms\/(\d+)(?:\/(\d+))?\/?$/;
const listeners = new Set<() => void>();

export function parsePath(path: string): Location {
  const match = ROOM_PATH.exec(path);
  return { roomId: match?.[1] ?? null, seq: match?.[2] ? Number(match[2]) : null };
}

export function roomPath(roomId: string, seq?: number): string {
  return seq === undefined ? `/rooms/${roomId}` : `/rooms/${roomId}/${seq}`;
}

export function navigate(path: string, { replace = false } = {}): void {
  if (path !== window.location.pathname) {
    if (replace) window.history.replaceState(null, "", path);
    else window.history.pushState(null, "", path);
  }
  for (const notify of listeners) notify();
}

function subscribe(notify: () => void): () => void {
  listeners.add(notify);
  window.addEventListener("popstate", notify);
  return () => {
    listeners.delete(notify);
    window.removeEventListener("popstate", notify);
  };
}

export function useLocation(): Location {
  const path = useSyncExternalStore(subscribe, () => window.location.pathname);
  return parsePath(path);
}
