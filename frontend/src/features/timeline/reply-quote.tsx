import { CornerUpRight } from "lucide-react";
import type { Id, Message } from "@/api/wire";
import { navigate, roomPath } from "@/lib/router";
import { useHeldMessage, useIsBlocked, useLive } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";
import { said } from "@/realtime/said";

const EXCERPT = 160;

export function ReplyQuote({ roomId, messageId }: { readonly roomId: Id; readonly messageId: Id }) {
  const original = useHeldMessage(roomId, messageId);
  const name = useLive((state) => nameOf(state.users, original?.author_id ?? ""));
  const isBlocked = useIsBlocked(original?.author_id ?? "");
  if (!original) return <p className="text-xs text-soft italic">Reply to an earlier message</p>;
  const text = isBlocked ? "Message of somebody you blocked" : excerpt(original);
  return (
    <button
      type="button"
      aria-label={`Replied to ${name}: ${text}. Go to that message`}
      onClick={() => navigate(roomPath(roomId, original.seq))}
      className="mb-0.5 flex min-h-6 max-w-full items-center gap-1.5 text-left text-xs text-soft hover:text-ink touch:min-h-10"
    >
      <CornerUpRight size={13} aria-hidden className="shrink-0" />
      <span className="shrink-0 font-medium">{name}</span>
      <span className="truncate">{text}</span>
    </button>
  );
}

function excerpt(message: Message): string {
  return message.deleted_at ? "This message was deleted." : said(message, EXCERPT);
}
