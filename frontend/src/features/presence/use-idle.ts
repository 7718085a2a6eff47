import { useEffect } from "react";
import { tellPresence } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";

const IDLE_AFTER_MS = 5 * 60_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Tells the server when the person has left the keyboard or looks at something else. */
export function useIdle(): void {
  const isLive = useLive((state) => state.phase.name === "live");
  useEffect(() => (isLive ? watch() : undefined), [isLive]);
}

function watch(): () => void {
  let status: "online" | "idle" = "online";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (next: typeof status) => {
    if (next !== status) tellPresence(next);
    status = next;
  };
  const notice = () => {
    clearTimeout(timer);
    const isHidden = document.visibilityState === "hidden";
    tell(isHidden ? "idle" : "online");
    if (!isHidden) timer = setTimeout(() => tell("idle"), IDLE_AFTER_MS);
  };
  for (const sign of SIGNS) window.addEventListener(sign, notice, { passive: true });
  document.addEventListener("visibilitychange", notice);
  notice();
  return () => {
    clearTimeout(timer);
    for (const sign of SIGNS) window.removeEventListener(sign, notice);
    document.removeEventListener("visibilitychange", notice);
  };
}
