import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { said } from "@/realtime/said";
import { fileInfo, message } from "@/testing/samples";

type Sample = {
  readonly about: string;
  readonly text: string;
  readonly files: readonly (readonly [name: string, width: number])[];
  readonly most: number;
  readonly said: string;
};

const PATH = join(import.meta.dirname, "../../../tests/contract/said.json");
const samples = JSON.parse(readFileSync(PATH, "utf8")) as readonly Sample[];

it.each(samples)("says $about", (sample) => {
  const files = sample.files.map(([name, width], at) => fileInfo(`${at}`, { name, width, height: width }));
  expect(said(message(1, { text: sample.text, files }), sample.most)).toBe(sample.said);
});
