import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Inline, parseInline, parseMarkdown } from "@/lib/markdown";

function plain(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => ("children" in node ? plain(node.children) : "text" in node ? node.text : ""))
    .join("");
}

describe("inline marks", () => {
  it.each([
    ["**a**", "bold"],
    ["*a*", "italic"],
    ["_a_", "italic"],
    ["~~a~~", "strike"],
    ["`a`", "code"],
  ])("%s is %s", (source, kind) => {
    expect(parseInline(source)).toMatchObject([{ kind }]);
  });

  it.each(["snake_case_name", "2 * 3 * 4", "**", "a*", "``", "user@example.org"])(
    "%s stays as typed",
    (source) => {
      expect(parseInline(source)).toEqual([{ kind: "text", text: source }]);
    },
  );

  it("nests and breaks lines", () => {
    expect(parseInline("**a *b***\nc").map(({ kind }) => kind)).toContain("break");
    expect(parseInline("**a `b` c**")).toMatchObject([
      { kind: "bold", children: [{}, { kind: "code" }, {}] },
    ]);
  });

  it("links only what is safe, without the full stop after it", () => {
    expect(parseInline("see https://a.example/b.")).toMatchObject([
      {},
      { kind: "link", href: "https://a.example/b" },
      { text: "." },
    ]);
    expect(parseInline("[x](https://a.example)")).toMatchObject([{ kind: "link", text: "x" }]);
    for (const source of [
      "javascript:alert(1)",
      "[x](javascript:alert(1))",
      "data:text/html,x",
      "[x](data:text/html,x)",
    ]) {
      expect(JSON.stringify(parseInline(source))).not.toContain('"link"');
    }
  });

  it("finds mentions at the start of words", () => {
    expect(parseInline("hi @ann.b, @bob!")).toMatchObject([{}, { name: "ann.b" }, {}, { name: "bob" }, {}]);
  });
});

describe("blocks", () => {
  it("reads quotes, lists, code and paragraphs", () => {
    const kinds = parseMarkdown("a\nb\n> q\n- x\n- y\n3. z\n```js\n**no**\n```\n").map(({ kind }) => kind);
    expect(kinds).toEqual(["paragraph", "quote", "list", "list", "code"]);
  });
});

describe("whatever is typed", () => {
  it("is read without failing, and no letter is lost", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (source) => {
        const letters = source.replace(/[^a-z]/g, "");
        const read = plain(parseInline(source)).replace(/[^a-z]/g, "");
        if (!/[@[]/.test(source)) expect(read).toBe(letters);
        parseMarkdown(source);
      }),
    );
  });

  it.each([
    "*a ",
    "**",
    "_a",
    "`",
    "~~a",
    "[",
    "[a](",
    "@",
    "http://",
    ".",
    "h",
    "> ",
    "- ",
    "```\n",
    "**a *b ",
  ])("a very long run of %j comes back", (unit) => {
    // Two hundred thousand characters: what grew faster than the text would outlast the test's own time-out by far.
    const run = unit.repeat(200_000 / unit.length);
    expect(parseMarkdown(run).length).toBeGreaterThan(0);
    expect(parseMarkdown(`https://a.example/${run}x`).length).toBeGreaterThan(0);
  });
});
