import type { Message } from "@/api/wire";

type Said = Pick<Message, "text" | "files">;

/** What a message says, in one line; of one without words, what it brings. The server words it the same way. */
export function said({ text, files }: Said, most: number): string {
  return shortened(text, most) || shortened(brought(files), most);
}

function shortened(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}

function brought(files: Said["files"]): string {
  const [first, ...others] = files;
  if (!first) return "";
  const arePictures = files.every(({ width }) => width > 0);
  if (others.length === 0) return `Sent ${arePictures ? "a picture" : "a file"}: ${first.name}`;
  return `Sent ${files.length} ${arePictures ? "pictures" : "files"}: ${first.name} and ${others.length} more`;
}
