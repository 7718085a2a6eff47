import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Markdown } from "@/ui/markdown-view";

afterEach(cleanup);

const show = (source: string) =>
  render(<Markdown source={source} renderMention={(name) => <b data-testid="mention">{name}</b>} />)
    .container;

describe("a message's text", () => {
  it("shows markup as markup", () => {
    const text = show("**a** *b* ~~c~~ `d`\n- e\n> f");
    for (const tag of ["strong", "em", "s", "code", "li", "blockquote"])
      expect(text.querySelector(tag), tag).not.toBeNull();
  });

  it.each([
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "**<b onclick=x>**",
  ])("shows %s as text", (source) => {
    const text = show(source);
    expect(text.querySelector("img, script, a, [onclick]")).toBeNull();
  });

  it("opens links without telling where from", () => {
    show("see https://a.example/x.");
    const link = screen.getByRole("link");
    expect(link.getAttribute("href")).toBe("https://a.example/x");
    expect(link.getAttribute("rel")).toBe("noopener noreferrer nofollow");
  });

  it("asks how to show a mention", () => {
    show("hi @ann");
    expect(screen.getByTestId("mention").textContent).toBe("ann");
  });
});
