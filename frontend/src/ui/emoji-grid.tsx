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

  const takeFirst = (event: KeyboardEvent) => {
    const first = query.trim() && shown?.[0]?.emojis[0];
    if (event.key !== "Enter" || event.nativeEvent.isComposing || !first) return;
    event.preventDefault();
    onPick(first.unicode);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the controls inside
    <div className="flex h-80 w-[19.5rem] flex-col" onKeyDown={moveFocus}>
      <input
        type="search"
        aria-label="Search emoji"
        placeholder="Search emoji"
        // biome-ignore lint/a11y/noAutofocus: the picker was just opened to choose from
        autoFocus
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={takeFirst}
        className="m-2 h-9 rounded-lg border border-line bg-canvas px-3 text-sm"
      />
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
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

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const next = neighbour(rowsOf(event.currentTarget), event.target as HTMLElement, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The search box, and below it the emoji as they are seen: each group begins a row of its own. */
function rowsOf(picker: HTMLElement): HTMLElement[][] {
  const rows: HTMLElement[][] = [[...picker.querySelectorAll("input")]];
  for (const section of picker.querySelectorAll("section")) {
    const buttons = [...section.querySelectorAll("button")];
    for (let start = 0; start < buttons.length; start += COLUMNS)
      rows.push(buttons.slice(start, start + COLUMNS));
  }
  return rows;
}

function neighbour(rows: HTMLElement[][], from: HTMLElement, key: string): HTMLElement | undefined {
  const at = rows.findIndex((row) => row.includes(from));
  const column = rows[at]?.indexOf(from) ?? 0;
  if (key === "ArrowDown" || key === "ArrowUp") {
    const row = rows[key === "ArrowDown" ? at + 1 : at - 1];
    return row?.[Math.min(column, row.length - 1)];
  }
  // In the search box these move the caret.
  if (at < 1 || (key !== "ArrowLeft" && key !== "ArrowRight")) return undefined;
  const emojis = rows.slice(1).flat();
  return emojis[emojis.indexOf(from) + (key === "ArrowRight" ? 1 : -1)];
}
