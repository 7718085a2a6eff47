import { describe, expect, it } from "vitest";
import { finished, hints } from "@/features/search/operators";
import { user } from "@/testing/samples";

const known = { people: [user("2", "Ann"), user("3", "Bob")], rooms: ["general", "Big Plans"] };
const inserted = (query: string) => hints(query, known).map(({ insert }) => insert);

describe("hints while a search is typed", () => {
  it("offer the operators where a word begins", () => {
    expect(inserted("")).toContain("from:");
    expect(inserted("kraken ")).toContain("kraken from:");
    expect(inserted("kraken b")).toEqual(["kraken before:"]);
    expect(inserted("i")).toEqual(["in:", "is:pinned "]);
  });

  it("offer people, rooms, things and days", () => {
    expect(inserted("from:a")).toEqual(["from:ann "]);
    expect(inserted("from:@b")).toEqual(["from:bob "]);
    expect(inserted("from:m")).toEqual(["from:me "]);
    expect(inserted("x in:#gen")).toEqual(["x in:general "]);
    expect(inserted("in:plans")).toEqual(['in:"Big Plans" ']);
    expect(inserted("has:i")).toEqual(["has:image "]);
    expect(inserted("on:y")).toEqual(["on:yesterday "]);
  });

  it("keep a minus", () => {
    expect(inserted("x -from:a")).toEqual(["x -from:ann "]);
  });

  it("do not repeat what is there", () => {
    expect(inserted("has:link")).toEqual([]);
    expect(inserted("is:pinned")).toEqual([]);
  });

  it("have nothing to say of words that are none", () => {
    expect(inserted("std::vec")).toEqual([]);
    expect(inserted("kraken")).toEqual([]);
  });
});

describe("a query that is still being typed", () => {
  it("is searched without the operator that waits for its value", () => {
    expect(finished("kraken from:")).toBe("kraken");
    expect(finished("-IN:")).toBe("");
    expect(finished("kraken std:")).toBe("kraken std:");
    expect(finished(" from:me ")).toBe("from:me");
  });
});
