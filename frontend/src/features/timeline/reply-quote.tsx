import { CornerUpRight } from "lucide-react";
import type { Id, Message } from "@/api/wire";
import { navigate, roomPath } from "@/lib/router";
import { useHeldMessage, useIsBlocked, useLive } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";

const EXCERPT = 160;

export function ReplyQuote({ roomId, messageId }: { readonly roomId: Id; readonly messageId: Id }) {
  const quoted = useHeldMessage(roomId, messageId);
  const name = useLive((state) => nameOf(state.users, quoted?.author_id ?? ""));
  const isBlocked = useIsBlocked(quoted?.author_id ?? "");
  if (!quoted) return <p className="text-xs text-soft italic">Reply to an earlier message</p>;
  const text = isBlocked ? "Message of somebody you blocked" : excerpt(quoted);
  return (
    <button
      type="button"
      aria-label={`Replied to ${name}: ${text}. Go to that message`}
      onClick={() => navigate(roomPath(roomId, quoted.seq))}
      className="mb-0.5 flex min-h-6 max-w-full items-center gap-1.5 text-left text-xs text-soft hover:text-ink touch:min-h-10"
    >
      <CornerUpRight size={13} aria-hidden className="shrink-0" />
      <span className="shrink-0 font-medium">{name}</span>
      <span className="truncate">{text}</span>
    </button>
  );
}

function excerpt({ deleted_at, text, files }: Message): string {
  if (deleted_at) return "This message was deleted.";
  return (text || (files[0]?.name ?? "")).replace(/\s+/g, " ").slice(0, EXCERPT);
}
