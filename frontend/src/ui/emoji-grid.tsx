import { type KeyboardEvent, useEffect, useState } from "react";
import { type Emoji, type EmojiGroup, loadEmojiGroups, searchEmoji } from "@/lib/emoji";
import { Spinner } from "@/ui/spinner";

const SEARCH_LIMIT = 96;
const COLUMNS = 8;

export function EmojiGrid({ onPick }: { readonly onPick: (unicode: string) => void }) {
  const [groups, setGroups] = useState<readonly EmojiGroup[] | null>(null);
  const [query, setQuery] = useState("");
  useEffect(() => void loadEmojiGroups().then(setGroups, () => setGroups([])), []);
  const shown =
    groups && query.trim() ? [{ name: "Found", emojis: searchEmoji(groups, query, SEARCH_LIMIT) }] : groups;

  return (
    <div className="flex h-80 w-[19.5rem] flex-col">
      <input
        type="search"
        aria-label="Search emoji"
        placeholder="Search emoji"
        // biome-ignore lint/a11y/noAutofocus: the picker was just opened to choose from
        autoFocus
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        className="m-2 h-9 rounded-lg border border-line bg-canvas px-3 text-sm"
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons inside */}
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2" onKeyDown={moveFocus}>
        {shown ? shown.map((group) => <Group key={group.name} group={group} onPick={onPick} />) : <Spinner />}
        {shown?.every((group) => group.emojis.length === 0) && (
          <p className="p-3 text-sm text-soft">Nothing found.</p>
        )}
      </div>
    </div>
  );
}

function Group({
  group,
  onPick,
}: {
  readonly group: EmojiGroup;
  readonly onPick: (unicode: string) => void;
}) {
  return (
    <section className="emoji-group" aria-label={group.name}>
      <h3 className="px-1 pt-2 pb-1 text-xs font-semibold text-soft">{group.name}</h3>
      <div className="grid grid-cols-8">
        {group.emojis.map((emoji) => (
          <EmojiButton key={emoji.unicode} emoji={emoji} onPick={onPick} />
        ))}
      </div>
    </section>
  );
}

function EmojiButton({
  emoji,
  onPick,
}: {
  readonly emoji: Emoji;
  readonly onPick: (unicode: string) => void;
}) {
  return (
    <button
      type="button"
      aria-label={emoji.label}
      title={emoji.codes[0] ? `:${emoji.codes[0]}:` : emoji.label}
      onClick={() => onPick(emoji.unicode)}
      className="flex aspect-square items-center justify-center rounded-lg text-xl hover:bg-hover"
    >
      {emoji.unicode}
    </button>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: COLUMNS,
  ArrowUp: -COLUMNS,
};

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const step = STEPS[event.key];
  if (!step) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const next = buttons[buttons.indexOf(event.target as HTMLButtonElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
