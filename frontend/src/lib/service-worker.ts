import { navigate, parsePath } from "@/lib/router";

/** Pushes, and the page without a network. The server's own pages stay with the server. */
export function registerWorker(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const register = () =>
    // Refused (private windows, storage full): everything else works without it.
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => undefined);
  if (document.readyState === "complete") void register();
  else window.addEventListener("load", register, { once: true });
  navigator.serviceWorker.addEventListener("message", ({ data, ports }: MessageEvent) => {
    if (data?.kind === "open" && typeof data.path === "string") navigate(data.path);
    if (data?.kind === "looking-at") ports[0]?.postMessage(isInFront(data.roomId));
  });
}

/** The person sees this room in this window at this moment. */
export function isInFront(roomId: string): boolean {
  const isShown = document.visibilityState === "visible" && document.hasFocus();
  return isShown && parsePath(window.location.pathname).roomId === roomId;
}

export async function workerRegistration(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator)) return null;
  return (await navigator.serviceWorker.getRegistration("/").catch(() => undefined)) ?? null;
}
