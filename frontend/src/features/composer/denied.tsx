import { Lock } from "lucide-react";
import { countdown } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { unblock } from "@/realtime/actions";
import { useLive, useMyId } from "@/realtime/live-store";
import { reasonText } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { muteReason } from "@/realtime/sanctions";

/** In the composer's place when one may not post: why, and for how long. */
export function Denied({ state, code }: { readonly state: RoomState; readonly code: string }) {
  const me = useMyId();
  const isMuted = code === "member.muted" || code === "user.muted";
  const until = isMuted && state.membership.muted_until ? Date.parse(state.membership.muted_until) : null;
  const sanctions = useLive((live) => live.sanctions);
  const now = useNow(until !== null);
  const reason = isMuted ? muteReason(sanctions, state.room.id, now) : null;
  return (
    <p
      data-testid="composer-denied"
      className="flex min-h-11 items-center justify-center gap-2 rounded-xl bg-side px-4 text-sm text-soft"
    >
      <Lock size={15} aria-hidden className="shrink-0" />
      <span className="min-w-0">
        {reasonText(code)} {reason && <q className="italic">{reason}</q>}
        {until !== null && until > now && ` You can post again in ${countdown(until - now)}.`}
      </span>
      {code === "user.blocked" && (
        <button
          type="button"
          className="min-h-6 px-1 font-medium text-ink underline underline-offset-2 touch:min-h-10"
          onClick={() => state.room.participants.filter((id) => id !== me).forEach(unblock)}
        >
          Unblock
        </button>
      )}
    </p>
  );
}
