import { ShieldAlert } from "lucide-react";
import { useEffect } from "react";
import { markSeen, ownSanctions } from "@/api/moderation";
import type { OwnSanction } from "@/api/wire";
import { useNow } from "@/lib/use-now";
import { attempt } from "@/realtime/actions";
import { ask } from "@/realtime/asked";
import { putSanctions } from "@/realtime/live-state";
import { changeLive, useLive } from "@/realtime/live-store";
import { appealText, canBeRead, headline, isShown } from "@/realtime/sanctions";

/** What moderators have decided about oneself: why, until when, and what one can do about it. */
export function SanctionNotices() {
  const sanctions = useLive((state) => state.sanctions);
  useSanctions();
  const all = Object.values(sanctions);
  const now = useNow(all.length > 0);
  const shown = all.filter((one) => isShown(one, now));
  if (shown.length === 0) return null;
  return (
    <ul data-testid="sanction-notices" aria-live="polite">
      {shown.map((sanction) => (
        <li key={sanction.id}>
          <Notice sanction={sanction} now={now} />
        </li>
      ))}
    </ul>
  );
}

function Notice({ sanction, now }: { readonly sanction: OwnSanction; readonly now: number }) {
  const seen = async () => {
    const told = await attempt(() => markSeen(sanction.id));
    if (told) changeLive((state) => putSanctions(state, [told]));
  };
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 border-b border-line bg-mention-wash px-4 py-1.5 text-sm text-ink">
      <span className="flex min-w-0 items-center gap-3">
        <ShieldAlert size={16} aria-hidden className="shrink-0" />
        <span className="min-w-0">
          {headline(sanction, now)} <q className="italic">{sanction.reason}</q> {appealText(sanction)}
        </span>
      </span>
      {!sanction.appeal && !sanction.lifted_at && (
        <Act onClick={() => ask({ kind: "appeal", sanction })}>Appeal</Act>
      )}
      {canBeRead(sanction, now) && <Act onClick={seen}>I have read this</Act>}
    </div>
  );
}

function Act({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="min-h-6 px-1 font-medium underline underline-offset-2 touch:min-h-11"
    >
      {children}
    </button>
  );
}

/** Read whenever the connection begins: an event that was missed is made good. */
function useSanctions(): void {
  const isLive = useLive((state) => state.phase.name === "live");
  useEffect(() => {
    if (!isLive) return;
    ownSanctions().then(
      (told) => changeLive((state) => putSanctions({ ...state, sanctions: {} }, told)),
      () => undefined, // what holds is enforced all the same; the next connection asks again
    );
  }, [isLive]);
}
