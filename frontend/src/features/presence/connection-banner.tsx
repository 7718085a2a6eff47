import { WifiOff } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { leave } from "@/api/session";
import { countdown } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { live } from "@/realtime/live";
import { useLive } from "@/realtime/live-store";
import type { Phase } from "@/realtime/socket";

const CALM_MS = 1200;

const STOPPED = {
  "signed-out": "Your session has ended.",
  suspended: "Your account is suspended.",
  "too-many-devices": "ChatFlow is open in too many places.",
  refused: "The server refused this client. Reload the page.",
} as const;

export function ConnectionBanner() {
  const phase = useLive((state) => state.phase);
  const waiting = useLive((state) => state.outbox.filter((item) => item.failure === null).length);
  const isOnline = useOnline();
  const now = useNow(phase.name === "waiting");
  const isTrouble =
    useLasting(phase.name !== "live" && phase.name !== "idle", CALM_MS) || phase.name === "stopped";
  if (!isTrouble || phase.name === "live") return null;
  return (
    <div
      data-testid="connection-banner"
      role="status"
      className="flex min-h-9 items-center justify-center gap-2 bg-mention-wash px-4 py-1 text-sm text-ink"
    >
      <WifiOff size={15} aria-hidden />
      <span>{describe(phase, isOnline, now)}</span>
      {waiting > 0 && (
        <span>{waiting === 1 ? "1 message" : `${waiting} messages`} will be sent when back.</span>
      )}
      {phase.name === "stopped" && phase.reason === "suspended" ? (
        <button
          type="button"
          className="min-h-6 px-1 font-medium underline underline-offset-2 touch:min-h-10"
          onClick={() => leave("ended")}
        >
          Sign in again to see why
        </button>
      ) : (
        (phase.name === "waiting" || phase.name === "stopped") && (
          <button
            type="button"
            className="min-h-6 px-1 font-medium underline underline-offset-2 touch:min-h-10"
            onClick={() => (phase.name === "waiting" ? live.socket.nudge() : live.socket.start())}
          >
            Connect now
          </button>
        )
      )}
    </div>
  );
}

function describe(phase: Phase, isOnline: boolean, now: number): string {
  if (phase.name === "stopped") return STOPPED[phase.reason];
  if (!isOnline) return "You are offline.";
  if (phase.name !== "waiting" || phase.until <= now) return "Connecting…";
  return `Connection lost. Trying again in ${countdown(phase.until - now)}.`;
}

/** A blink of a reconnect is not worth a banner. */
function useLasting(isTrue: boolean, delay: number): boolean {
  const [hasLasted, setLasted] = useState(false);
  useEffect(() => {
    if (!isTrue) return setLasted(false);
    const timer = setTimeout(() => setLasted(true), delay);
    return () => clearTimeout(timer);
  }, [isTrue, delay]);
  return isTrue && hasLasted;
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (notify) => {
      window.addEventListener("online", notify);
      window.addEventListener("offline", notify);
      return () => {
        window.removeEventListener("online", notify);
        window.removeEventListener("offline", notify);
      };
    },
    () => navigator.onLine,
  );
}
