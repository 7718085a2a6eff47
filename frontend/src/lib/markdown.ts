/**
 * The markdown subset of messages, as a tree. Every scan moves forward and every search for a closing
 * mark is remembered when it fails, so the work stays linear in the text whatever the text is.
 */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike"; readonly children: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly text: string }
  | { readonly kind: "mention"; readonly name: string }
  | { readonly kind: "break" };

export type Block =
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "quote"; readonly children: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  | {
      readonly kind: "list";
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly Inline[])[];
    };

const FENCE = /^```[\w+-]*\s*$/;
const QUOTE = /^> ?/;
const BULLET = /^[-*] +(?=\S)/;
const NUMBER = /^(\d{1,9})[.)] +(?=\S)/;
const MAX_DEPTH = 4;

export function parseMarkdown(source: string): Block[] {
  const lines = source.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = readBlock(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines: readonly string[], at: number): [Block | null, number] {
  const line = lines[at] ?? "";
  if (line.trim() === "") return [null, at + 1];
  if (FENCE.test(line)) return readFence(lines, at);
  if (QUOTE.test(line)) return readQuote(lines, at);
  if (BULLET.test(line)) return readList(lines, at, BULLET, false);
  if (NUMBER.test(line)) return readList(lines, at, NUMBER, true);
  return readParagraph(lines, at);
}

function readFence(lines: readonly string[], at: number): [Block, number] {
  let end = at + 1;
  while (end < lines.length && lines[end]?.trimEnd() !== "```") end++;
  return [{ kind: "code", text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function readQuote(lines: readonly string[], at: number): [Block, number] {
  const end = endOfRun(lines, at, QUOTE);
  const text = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [{ kind: "quote", children: parseInline(text.join("\n")) }, end];
}

function readList(lines: readonly string[], at: number, mark: RegExp, ordered: boolean): [Block, number] {
  const end = endOfRun(lines, at, mark);
  const items = lines.slice(at, end).map((line) => parseInline(line.replace(mark, "")));
  const start = ordered ? Number(NUMBER.exec(lines[at] ?? "")?.[1] ?? 1) : 1;
  return [{ kind: "list", ordered, start, items }, end];
}

function endOfRun(lines: readonly string[], at: number, mark: RegExp): number {
  let end = at;
  while (end < lines.length && mark.test(lines[end] ?? "")) end++;
  return end;
}

function readParagraph(lines: readonly string[], at: number): [Block, number] {
  let end = at + 1;
  while (end < lines.length && isParagraphLine(lines[end] ?? "")) end++;
  return [{ kind: "paragraph", children: parseInline(lines.slice(at, end).join("\n")) }, end];
}

function isParagraphLine(line: string): boolean {
  return line.trim() !== "" && ![FENCE, QUOTE, BULLET, NUMBER].some((mark) => mark.test(line));
}

const MARKS = [
  ["**", "bold"],
  ["__", "bold"],
  ["~~", "strike"],
  ["*", "italic"],
  ["_", "italic"],
] as const;
const LINK = /(?:https?:\/\/|mailto:)[^\s<>"`]+/iy;
const NAMED_LINK = /\[([^\]\n[]{1,200})\]\(((?:https?:\/\/|mailto:)[^\s<>"`()]{1,2000})\)/iy;
const MENTION = /@[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?/uy;
const PLAIN = /[^*_~`@[hHmM\n]+/y;
const WORD = /[\p{L}\p{N}_]/u;
const TRAILING = ".,:;!?'\")]}*_~";

/** A loop, not `/[…]+$/`: that one is quadratic in a long run of dots. */
function withoutTrailing(link: string): string {
  let end = link.length;
  while (end > 0 && TRAILING.includes(link[end - 1] ?? " ")) end--;
  return link.slice(0, end);
}

export function parseInline(source: string, depth = 0): Inline[] {
  return new InlineReader(source, depth).read();
}

class InlineReader {
  private readonly nodes: Inline[] = [];
  private readonly unclosed = new Set<string>();
  private readonly source: string;
  private readonly depth: number;
  private text = "";
  private at = 0;

  constructor(source: string, depth: number) {
    this.source = source;
    this.depth = depth;
  }

  read(): Inline[] {
    while (this.at < this.source.length) {
      if (!this.readNode()) this.readText();
    }
    this.flush();
    return this.nodes;
  }

  private readNode(): boolean {
    switch (this.source[this.at]) {
      case "\n":
        return this.push({ kind: "break" }, 1);
      case "`":
        return this.readCode();
      case "[":
        return this.readNamedLink();
      case "@":
        return this.readMention();
      case "*":
      case "_":
      case "~":
        return this.readMarked();
      default:
        return this.readLink();
    }
  }

  private readText(): void {
    const end = this.match(PLAIN)?.[0].length ?? 1;
    this.text += this.source.slice(this.at, this.at + end);
    this.at += end;
  }

  private readCode(): boolean {
    const end = this.find("`", this.at + 1);
    if (end <= this.at + 1) return false;
    return this.push({ kind: "code", text: this.source.slice(this.at + 1, end) }, end + 1 - this.at);
  }

  private readNamedLink(): boolean {
    const match = this.match(NAMED_LINK);
    if (!match?.[1] || !match[2]) return false;
    return this.push({ kind: "link", text: match[1], href: match[2] }, match[0].length);
  }

  private readMention(): boolean {
    if (this.afterWord()) return false;
    const match = this.match(MENTION);
    return match ? this.push({ kind: "mention", name: match[0].slice(1) }, match[0].length) : false;
  }

  private readLink(): boolean {
    if (this.afterWord()) return false;
    const found = this.match(LINK)?.[0];
    if (!found) return false;
    const href = withoutTrailing(found);
    if (/^(?:https?:\/\/|mailto:)$/i.test(href)) return false;
    return this.push({ kind: "link", text: href, href }, href.length);
  }

  private readMarked(): boolean {
    for (const [mark, kind] of MARKS) {
      if (this.source.startsWith(mark, this.at) && this.readSpan(mark, kind)) return true;
    }
    return false;
  }

  private readSpan(mark: string, kind: "bold" | "italic" | "strike"): boolean {
    const start = this.at + mark.length;
    if (this.depth >= MAX_DEPTH || /\s/.test(this.source[start] ?? " ")) return false;
    if (mark[0] === "_" && this.afterWord()) return false;
    const end = this.closing(mark, start);
    if (end <= start) return false;
    const children = parseInline(this.source.slice(start, end), this.depth + 1);
    return this.push({ kind, children }, end + mark.length - this.at);
  }

  private closing(mark: string, from: number): number {
    const end = this.find(mark, from);
    if (end < 0 || /\s/.test(this.source[end - 1] ?? " ")) return -1;
    // `snake_case_name` is a word, not emphasis.
    if (mark[0] === "_" && WORD.test(this.source[end + mark.length] ?? "")) return -1;
    return end;
  }

  /** A mark that has no partner once has none further on either: ask only once. */
  private find(mark: string, from: number): number {
    if (this.unclosed.has(mark)) return -1;
    const end = this.source.indexOf(mark, from);
    if (end < 0) this.unclosed.add(mark);
    return end;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.source);
  }

  private afterWord(): boolean {
    return this.at > 0 && WORD.test(this.source[this.at - 1] ?? "");
  }

  private push(node: Inline, length: number): true {
    this.flush();
    this.nodes.push(node);
    this.at += length;
    return true;
  }

  private flush(): void {
    if (this.text) this.nodes.push({ kind: "text", text: this.text });
    this.text = "";
  }
}
