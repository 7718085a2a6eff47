import type { Message, Reaction } from "@/api/wire";
import { cx } from "@/lib/class-names";
import { setReaction } from "@/realtime/actions";
import { useLive, useMyId } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";

const NAMED = 12;

export function Reactions({ message, canReact }: { readonly message: Message; readonly canReact: boolean }) {
  if (message.reactions.length === 0) return null;
  return (
    <ul aria-label="Reactions" className="mt-1 flex flex-wrap gap-1">
      {message.reactions.map((reaction) => (
        <li key={reaction.emoji}>
          <Chip message={message} reaction={reaction} canReact={canReact} />
        </li>
      ))}
    </ul>
  );
}

type ChipProps = { readonly message: Message; readonly reaction: Reaction; readonly canReact: boolean };

function Chip({ message, reaction: { emoji, user_ids }, canReact }: ChipProps) {
  const me = useMyId();
  const isMine = user_ids.includes(me);
  const names = useLive((state) =>
    whoReacted(user_ids.map((id) => (id === me ? "You" : nameOf(state.users, id)))),
  );
  return (
    <button
      type="button"
      aria-pressed={isMine}
      aria-label={`${emoji} ${user_ids.length}: ${names}`}
      title={names}
      disabled={!canReact}
      onClick={() => void setReaction(message, emoji, !isMine)}
      className={cx(
        "inline-flex h-7 items-center gap-1.5 rounded-full border px-2 text-sm touch:h-9 touch:px-3",
        isMine
          ? "border-accent bg-accent-wash text-accent"
          : "border-line bg-side text-soft hover:border-soft",
      )}
    >
      <span aria-hidden>{emoji}</span>
      <span aria-hidden className="tabular-nums">
        {user_ids.length}
      </span>
    </button>
  );
}

function whoReacted(names: readonly string[]): string {
  const shown = names.length > NAMED ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names;
  return new Intl.ListFormat("en", { type: "conjunction" }).format(shown);
}
