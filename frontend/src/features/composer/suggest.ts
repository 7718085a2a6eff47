import type { User } from "@/api/wire";
import { type EmojiGroup, searchEmoji } from "@/lib/emoji";

export type Trigger = {
  readonly kind: "mention" | "emoji";
  readonly query: string;
  readonly start: number;
  readonly end: number;
};
export type Suggestion = {
  readonly key: string;
  readonly insert: string;
  readonly label: string;
  readonly note: string;
};

const LIMIT = 8;
const WORD = /(?:^|[\s(])([@:])([\p{L}\p{N}_+.-]{0,40})$/u;
const REACH = 64;

/** The word the caret stands in, when it asks for a suggestion. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const match = WORD.exec(text.slice(Math.max(0, caret - REACH), caret));
  if (!match?.[1] || match[2] === undefined) return null;
  const kind = match[1] === "@" ? "mention" : "emoji";
  // Two letters first: a colon is more often just a colon.
  if (kind === "emoji" && match[2].length < 2) return null;
  return { kind, query: match[2], start: caret - match[2].length - 1, end: caret };
}

export function suggestPeople(query: string, people: readonly User[], canMentionRoom: boolean): Suggestion[] {
  const wanted = query.toLowerCase();
  const found = people
    .filter((user) => matches(user, wanted))
    .sort((left, right) => left.display_name.localeCompare(right.display_name))
    .map((user) => ({
      key: user.id,
      insert: `@${user.username} `,
      label: user.display_name,
      note: `@${user.username}`,
    }));
  const room = { key: "room", insert: "@room ", label: "@room", note: "Everybody in this room" };
  return [...(canMentionRoom && "room".startsWith(wanted) ? [room] : []), ...found].slice(0, LIMIT);
}

function matches(user: User, wanted: string): boolean {
  const words = [user.username, ...user.display_name.split(/\s+/)];
  return words.some((word) => word.toLowerCase().startsWith(wanted));
}

export function suggestEmoji(query: string, groups: readonly EmojiGroup[]): Suggestion[] {
  return searchEmoji(groups, query, LIMIT).map((emoji) => ({
    key: emoji.unicode,
    insert: `${emoji.unicode} `,
    label: emoji.unicode,
    note: `:${emoji.codes[0] ?? emoji.label}:`,
  }));
}
