import { describe, expect, it } from "vitest";
import { likeness } from "@/features/search/fuzzy";

const best = (query: string, names: string[]) =>
  names
    .map((name) => ({ name, score: likeness(query, name) }))
    .filter(({ score }) => score !== null)
    .sort((left, right) => (right.score ?? 0) - (left.score ?? 0))
    .map(({ name }) => name);

describe("names that fit what was typed", () => {
  it("have its letters in order", () => {
    expect(likeness("gnr", "general")).not.toBeNull();
    expect(likeness("lag", "general")).toBeNull();
    expect(likeness("", "anything")).toBe(0);
  });

  it("come first when they begin with it", () => {
    expect(best("gen", ["engine", "degeneral", "general"])[0]).toBe("general");
    expect(best("dev", ["old-devices", "dev"])).toEqual(["dev", "old-devices"]);
  });

  it("come first when its letters begin their words", () => {
    expect(best("fd", ["affordable", "front desk"])[0]).toBe("front desk");
  });

  it("are compared without case and accents", () => {
    expect(likeness("zoe", "Zoë Müller")).not.toBeNull();
    expect(likeness("ZM", "Zoë Müller")).not.toBeNull();
  });

  it("may be in any script", () => {
    expect(likeness("北", "北京")).not.toBeNull();
  });
});
