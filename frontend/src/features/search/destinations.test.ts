import { describe, expect, it } from "vitest";
import { destinations } from "@/features/search/destinations";
import { roomFromEntry } from "@/realtime/room-state";
import { ANN, entry, ME, user } from "@/testing/samples";

const place = (id: string, name: string, last: string, fields = {}) =>
  roomFromEntry(entry({ id, name, last_message_at: `2026-11-${last}T10:00:00.000Z`, ...fields }));
const users = { [ME]: user(ME, "Me"), [ANN]: user(ANN, "Ann"), "3": user("3", "Bob") };
const rooms = [
  place("10", "general", "20"),
  place("11", "genetics", "22"),
  place("12", "", "21", { kind: "direct", participants: [ME, ANN] }),
];
const known = { rooms, users, people: Object.values(users), me: ME };
const titles = (query: string) => destinations(query, known).map(({ title }) => title);

describe("where one could go", () => {
  it("is every room, the recent ones first, before anything is typed", () => {
    expect(titles("")).toEqual(["genetics", "Ann", "general"]);
  });

  it("is what fits", () => {
    expect(titles("gen")).toEqual(["genetics", "general"]);
    expect(titles("gnl")).toEqual(["general"]);
    expect(titles("zzz")).toEqual([]);
  });

  it("includes people without a conversation, each person once, and not oneself", () => {
    expect(titles("bob")).toEqual(["Bob"]);
    expect(titles("ann")).toEqual(["Ann"]);
    expect(destinations("ann", known)[0]?.kind).toBe("room");
    expect(titles("me")).toEqual([]);
  });

  it("puts unread rooms before others that fit as well, archived ones last", () => {
    const unread = roomFromEntry(entry({ id: "13", name: "gen a" }, { unread: 2 }));
    const archived = place("14", "gen b", "23", { archived_at: "2026-11-23T10:00:00.000Z" });
    const found = destinations("gen", { ...known, rooms: [archived, ...rooms, unread] });
    expect(found.map(({ title }) => title)).toEqual(["gen a", "genetics", "general", "gen b"]);
  });
});
