import { describe, expect, it } from "vitest";
import type { FileInfo } from "@/api/wire";
import { quoted, said } from "@/realtime/said";
import { fileInfo, message } from "@/testing/samples";

const picture: FileInfo = fileInfo("1", { name: "sea.jpg", width: 10, height: 10 });
const paper: FileInfo = fileInfo("2", { name: "plan.pdf" });

describe("what a message says in a line", () => {
  it.each([
    ["its words, in one line", "one\n two ", [paper], "one two", "one two"],
    ["a picture", "", [picture], "Sent a picture", "sea.jpg"],
    ["pictures", " ", [picture, picture], "Sent 2 pictures", "sea.jpg and 1 more"],
    ["a file", "", [paper], "Sent a file", "plan.pdf"],
    ["files of several kinds", "", [paper, picture, paper], "Sent 3 files", "plan.pdf and 2 more"],
    ["nothing, of a deleted one", "", [], "", ""],
  ])("is %s", (_, text, files, line, quote) => {
    expect(said(message(1, { text, files }), 50)).toBe(line);
    expect(quoted(message(1, { text, files }), 50)).toBe(quote);
  });

  it("is cut", () => expect(said(message(1, { text: "a very long one" }), 6)).toBe("a very"));
});
