const LINK = /(?<![\w@])https?:\/\/[^\s<>"`]{1,2000}/giu;
const CODE = /```.*?(?:```|$)|`[^`\n]*`/gsu;
const AFTER = /[.,:;!?'*_~)\]}]+$/u;

/** The links of a text, each once, outside of code. */
export function linksIn(text: string): string[] {
  const found = text.replace(CODE, " ").match(LINK) ?? [];
  return [...new Set(found.map((link) => link.replace(AFTER, "")))];
}
