const ACCENTS = /\p{Diacritic}/gu;

export function plain(text: string): string {
  return text.normalize("NFKD").replace(ACCENTS, "").toLowerCase();
}

/**
 * How well a name fits what was typed, or null: its letters must come in this order. Letters in a row and
 * letters that begin a word count more; of equals the shorter name is the better one.
 */
export function likeness(query: string, name: string): number | null {
  const wanted = plain(query).replace(/\s+/g, "");
  const text = plain(name);
  if (wanted === "") return 0;
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = bestPlace(text, letter, at);
    if (next < 0) return null;
    score += next === at + 1 && at >= 0 ? 3 : beginsWord(text, next) ? 2 : 0;
    at = next;
  }
  return score + (text.startsWith(wanted) ? 8 : 0) - text.length / 100;
}

/** The next letter if it fits, else the nearest one that begins a word, else any. */
function bestPlace(text: string, letter: string, after: number): number {
  const next = text.indexOf(letter, after + 1);
  if (next < 0 || next === after + 1) return next;
  for (let place = next; place >= 0; place = text.indexOf(letter, place + 1))
    if (beginsWord(text, place)) return place;
  return next;
}

function beginsWord(text: string, place: number): boolean {
  return place === 0 || !/[\p{L}\p{N}]/u.test(text[place - 1] ?? " ");
}
