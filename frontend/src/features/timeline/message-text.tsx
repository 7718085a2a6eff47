import { useCallback } from "react";
import type { Message } from "@/api/wire";
import { cx } from "@/lib/class-names";
import { useLive, useMyId } from "@/realtime/live-store";
import { Markdown } from "@/ui/markdown-view";

export function MessageText({ message }: { readonly message: Message }) {
  const { mentions, text } = message;
  const renderMention = useCallback(
    (name: string) => <Mention name={name} mentions={mentions} />,
    [mentions],
  );
  if (message.deleted_at) return <p className="text-soft italic">This message was deleted.</p>;
  return (
    <div className="flex flex-col gap-1 break-words [overflow-wrap:anywhere]">
      <Markdown source={text} renderMention={renderMention} />
    </div>
  );
}

type MentionProps = { readonly name: string; readonly mentions: Message["mentions"] };

/** Only what the server understood as a mention looks like one. */
function Mention({ name, mentions }: MentionProps) {
  const me = useMyId();
  const lower = name.toLowerCase();
  const user = useLive((state) =>
    mentions.user_ids
      .map((id) => state.users[id])
      .find((mentioned) => mentioned?.username.toLowerCase() === lower),
  );
  const isRoom = mentions.room && lower === "room";
  if (!user && !isRoom) return `@${name}`;
  const isMine = isRoom || user?.id === me;
  return (
    <span
      title={user?.display_name}
      className={cx(
        "rounded px-1 font-medium",
        isMine ? "bg-mention-wash text-ink" : "bg-accent-wash text-accent",
      )}
    >
      @{name}
    </span>
  );
}
