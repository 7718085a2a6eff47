import type { Message } from "@/api/wire";

type Said = Pick<Message, "text" | "files">;

/** What a message says, in one line; of one without words, what it brings. */
export function said({ text, files }: Said, most: number): string {
  return text.replace(/\s+/g, " ").trim().slice(0, most) || brought(files);
}

function brought(files: Said["files"]): string {
  const pictures = files.filter(({ width }) => width > 0).length;
  if (files.length === 0) return "";
  if (pictures === files.length) return pictures === 1 ? "Sent a picture" : `Sent ${pictures} pictures`;
  return files.length === 1 ? "Sent a file" : `Sent ${files.length} files`;
}

/** The same where it is quoted: the names of its files tell it from others. */
export function quoted({ text, files }: Said, most: number): string {
  return said({ text, files: [] }, most) || named(files).slice(0, most);
}

function named([first, ...others]: Said["files"]): string {
  return first ? `${first.name}${others.length > 0 ? ` and ${others.length} more` : ""}` : "";
}
