import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCE = join(import.meta.dirname, "..");
/** Each layer may import from those before it, and from itself. */
const LAYERS = [["lib"], ["api", "ui"], ["realtime"], ["features"], ["routes"], ["app.tsx"], ["main.tsx"]];
const MAX_LINES = 250;

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter(
  (path) => /\.tsx?$/.test(path) && !/\.test\.|^testing/.test(path),
);

function layerOf(path: string): number {
  const top = path.split("/")[0]?.replace(/^app$/, "app.tsx") ?? "";
  return LAYERS.findIndex((layer) => layer.includes(top));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(SOURCE, path), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"@\/([^"]+)"/g)].map((match) => match[1] ?? "");
}

function featureOf(path: string): string | null {
  return /^features\/([^/]+)\//.exec(path)?.[1] ?? null;
}

describe.each(files)("%s", (path) => {
  it("imports downwards only, and no other feature", () => {
    for (const target of importsOf(path).filter((name) => !name.endsWith(".css"))) {
      expect(layerOf(target), `${path} imports ${target}`).toBeLessThanOrEqual(layerOf(path));
      const [own, other] = [featureOf(path), featureOf(target)];
      if (own && other) expect(other, `${path} imports ${target}`).toBe(own);
    }
  });

  it(`has at most ${MAX_LINES} lines`, () => {
    expect(readFileSync(join(SOURCE, path), "utf8").split("\n").length).toBeLessThanOrEqual(MAX_LINES);
  });
});
