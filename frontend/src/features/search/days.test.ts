import { describe, expect, it } from "vitest";
import { isoDay, midnight } from "@/features/search/days";

describe("days of a date field", () => {
  it("begin where the person is", () => {
    const moment = midnight("2026-03-09");
    expect([moment?.getFullYear(), moment?.getMonth(), moment?.getDate(), moment?.getHours()]).toEqual([
      2026, 2, 9, 0,
    ]);
    expect(isoDay(new Date(2026, 2, 9, 23, 59))).toBe("2026-03-09");
  });

  it("are days that exist", () => {
    expect(midnight("2026-02-30")).toBeNull();
    expect(midnight("")).toBeNull();
    expect(midnight("soon")).toBeNull();
  });
});
