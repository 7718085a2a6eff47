export type Emoji = {
  readonly unicode: string;
  readonly label: string;
  readonly codes: readonly string[];
  readonly words: string;
};
export type EmojiGroup = { readonly name: string; readonly emojis: readonly Emoji[] };

const GROUPS: readonly (readonly [number, string])[] = [
  [0, "Smileys"],
  [1, "People"],
  [3, "Animals and nature"],
  [4, "Food and drink"],
  [5, "Travel and places"],
  [6, "Activities"],
  [7, "Objects"],
  [8, "Symbols"],
  [9, "Flags"],
];

let loading: Promise<readonly EmojiGroup[]> | null = null;

/** Fetched when somebody first needs an emoji: the data weighs more than the whole client. */
export function loadEmojiGroups(): Promise<readonly EmojiGroup[]> {
  loading ??= readEmojiGroups().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function readEmojiGroups(): Promise<readonly EmojiGroup[]> {
  const [data, codes] = await Promise.all([
    import("emojibase-data/en/compact.json"),
    import("emojibase-data/en/shortcodes/iamcal.json"),
  ]);
  const shortcodes: Record<string, string | string[]> = codes.default;
  return GROUPS.map(([group, name]) => ({
    name,
    emojis: data.default
      .filter((row) => row.group === group)
      .map((row) => toEmoji(row, [shortcodes[row.hexcode] ?? []].flat())),
  }));
}

function toEmoji(row: { unicode: string; label: string; tags?: string[] }, codes: string[]): Emoji {
  return {
    unicode: row.unicode,
    label: row.label,
    codes,
    words: [row.label, ...(row.tags ?? []), ...codes].join(" ").toLowerCase(),
  };
}

export function searchEmoji(groups: readonly EmojiGroup[], query: string, limit: number): Emoji[] {
  const wanted = query.toLowerCase().trim();
  const ranked: [number, Emoji][] = [];
  for (const group of groups) {
    for (const emoji of group.emojis) {
      const rank = rankOf(emoji, wanted);
      if (rank < 3) ranked.push([rank, emoji]);
    }
  }
  return ranked
    .sort((left, right) => left[0] - right[0])
    .slice(0, limit)
    .map(([, emoji]) => emoji);
}

function rankOf(emoji: Emoji, wanted: string): number {
  if (emoji.codes.some((code) => code === wanted)) return 0;
  if (emoji.codes.some((code) => code.startsWith(wanted))) return 1;
  return emoji.words.includes(wanted) ? 2 : 3;
}
