import { describe, expect, it } from "vitest";
import { marked } from "@/features/search/marked";

const shown = (text: string, found: [number, number][]) =>
  marked(text, found)
    .map((part) => (part.isFound ? `[${part.text}]` : part.text))
    .join("");

describe("what was found in a text", () => {
  it("is marked, and the text stays what it was", () => {
    expect(shown("one two three", [[4, 7]])).toBe("one [two] three");
    expect(
      shown("aXbX", [
        [1, 2],
        [3, 4],
      ]),
    ).toBe("a[X]b[X]");
    expect(shown("all", [[0, 3]])).toBe("[all]");
    expect(shown("nothing", [])).toBe("nothing");
    expect(shown("", [])).toBe("");
  });

  it("counts emoji as the server does", () => {
    expect(shown("👍🏽 ok", [[5, 7]])).toBe("👍🏽 [ok]");
  });
});
