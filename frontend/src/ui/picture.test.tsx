import { render, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { FileInfo } from "@/api/wire";
import { Lightbox } from "@/ui/lightbox";
import { Picture } from "@/ui/picture";

const UNDRAWN: FileInfo = {
  id: "1",
  name: "bomb.gif",
  type: "image/gif",
  size: 43,
  width: 10,
  height: 10,
  moves: true,
  url: "/files/1",
  thumbnail: null,
};
const DRAWN = { ...UNDRAWN, thumbnail: "/files/1/thumbnail" };

describe("what the server has not drawn", () => {
  test("is a name in its place, however small it is", () => {
    render(<Picture file={UNDRAWN} />);
    expect(screen.queryByRole("img")).toBeNull();
    expect(screen.getByText("bomb.gif").textContent).toBe("bomb.gif");
  });

  test("is a card to download when it is opened", () => {
    render(<Lightbox files={[UNDRAWN]} start={0} onClose={() => undefined} />);
    expect(screen.queryByRole("img")).toBeNull();
    expect(screen.getByTestId("file-card").getAttribute("href")).toBe("/files/1?download=1");
  });
});

test("what moves and was drawn moves; what stands still is shown small", () => {
  const { rerender } = render(<Picture file={DRAWN} />);
  expect(screen.getByRole("img").getAttribute("src")).toBe("/files/1");
  rerender(<Picture file={{ ...DRAWN, moves: false }} />);
  expect(screen.getByRole("img").getAttribute("src")).toBe("/files/1/thumbnail");
});
