import type { User } from "@/api/wire";
import { plain } from "@/features/search/fuzzy";

export type Hint = { readonly insert: string; readonly label: string; readonly note: string };
type Known = { readonly people: readonly User[]; readonly rooms: readonly string[] };

const MOST = 6;
const OPERATORS: readonly (readonly [string, string])[] = [
  ["from:", "by somebody"],
  ["in:", "in a room"],
  ["has:", "with a file, image or link"],
  ["is:pinned", "pinned"],
  ["before:", "before a day"],
  ["after:", "after a day"],
  ["on:", "on a day"],
];
const THINGS = ["file", "image", "link"];
const DAYS = ["today", "yesterday"];

/** What could be written in place of the last word of a query. */
export function hints(query: string, known: Known): Hint[] {
  const word = /\S*$/.exec(query)?.[0] ?? "";
  const head = query.slice(0, query.length - word.length);
  const negation = word.startsWith("-") ? "-" : "";
  const [operator, value] = split(word.slice(negation.length));
  const found = value === null ? operators(operator) : values(operator, value, known);
  return found
    .filter(({ label }) => label !== word.slice(negation.length))
    .slice(0, MOST)
    .map((hint) => ({ ...hint, insert: head + negation + hint.insert }));
}

const DANGLING = new RegExp(
  `(?:^|\\s)-?(?:${OPERATORS.map(([name]) => name.split(":")[0]).join("|")}):$`,
  "i",
);

/** The query without an operator that still waits for its value. */
export function finished(query: string): string {
  return query.replace(DANGLING, "").trim();
}

function split(word: string): [string, string | null] {
  const colon = word.indexOf(":");
  return colon < 0 ? [word.toLowerCase(), null] : [word.slice(0, colon).toLowerCase(), word.slice(colon + 1)];
}

function operators(typed: string): Hint[] {
  return OPERATORS.filter(([name]) => name.startsWith(typed)).map(([name, note]) => ({
    insert: name.endsWith(":") ? name : `${name} `,
    label: name,
    note,
  }));
}

function values(operator: string, typed: string, { people, rooms }: Known): Hint[] {
  const wanted = plain(typed.replace(/^[@#"]/, ""));
  const whole = (value: string, note = "") => ({
    insert: `${operator}:${value} `,
    label: `${operator}:${value}`,
    note,
  });
  switch (operator) {
    case "from":
      return [{ name: "me", note: "yourself" }, ...people.map(named)]
        .filter(({ name, note }) => plain(name).startsWith(wanted) || plain(note).startsWith(wanted))
        .map(({ name, note }) => whole(name, note));
    case "in":
      return rooms
        .filter((name) => plain(name).includes(wanted))
        .map((name) => whole(/\s/.test(name) ? `"${name}"` : name));
    case "has":
      return THINGS.filter((thing) => thing.startsWith(wanted)).map((thing) => whole(thing));
    case "before":
    case "after":
    case "on":
      return DAYS.filter((day) => day.startsWith(wanted)).map((day) => whole(day));
    default:
      return [];
  }
}

function named(user: User) {
  return { name: user.username, note: user.display_name };
}
