import { AlertCircle, Hourglass } from "lucide-react";
import { copyText } from "@/features/timeline/copy-text";
import type { Row } from "@/features/timeline/rows";
import { live } from "@/realtime/live";
import { useLive } from "@/realtime/live-store";

const LINK = "min-h-6 px-1 font-medium underline underline-offset-2 touch:min-h-10";

export function UnsentNote({ row }: { readonly row: Row }) {
  const isLive = useLive((state) => state.phase.name === "live");
  const { client_id } = row.message;
  if (row.delivery === "pending") {
    return (
      <p className="text-xs text-soft">
        {isLive ? <span className="sr-only">Sending…</span> : "Waiting for the connection"}
      </p>
    );
  }
  if (row.delivery === "held") return <HeldNote clientId={client_id} />;
  return (
    <p role="alert" className="flex flex-wrap items-center gap-1.5 text-xs text-danger">
      <AlertCircle size={14} aria-hidden />
      Not sent: {row.failure}
      {row.delivery === "refused" ? (
        <button type="button" className={LINK} onClick={() => copyText(row.message.text)}>
          Copy text
        </button>
      ) : (
        <button type="button" className={LINK} onClick={() => live.retry(client_id)}>
          Try again
        </button>
      )}
      <button type="button" className={LINK} onClick={() => live.discard(client_id)}>
        Discard
      </button>
    </p>
  );
}

function HeldNote({ clientId }: { readonly clientId: string }) {
  return (
    <p role="status" className="flex flex-wrap items-center gap-1.5 text-xs text-soft">
      <Hourglass size={14} aria-hidden />
      Waiting for a moderator to look at it. Nobody else sees it.
      <button type="button" className={LINK} onClick={() => live.discard(clientId)}>
        Hide
      </button>
    </p>
  );
}
