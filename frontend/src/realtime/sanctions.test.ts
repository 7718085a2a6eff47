import { describe, expect, it } from "vitest";
import type { OwnSanction } from "@/api/wire";
import { appealText, canBeRead, headline, isShown, muteReason } from "@/realtime/sanctions";

const NOW = Date.parse("2026-11-24T10:00:00.000Z");

const asked = { text: "No", created_at: "", decided_at: null, granted: false, answer: "" };

function sanction(fields: Partial<OwnSanction> = {}): OwnSanction {
  return {
    id: "1",
    kind: "mute",
    room_id: "10",
    room_name: "general",
    reason: "Calm down",
    created_at: "2026-11-24T10:00:00.000Z",
    expires_at: "2026-11-24T10:10:00.000Z",
    lifted_at: null,
    seen_at: null,
    appeal: null,
    ...fields,
  };
}

describe("what is told of a decision", () => {
  it("says where and for how long", () => {
    expect(headline(sanction(), NOW)).toBe("You are muted in general for another 10 min:");
    expect(headline(sanction({ room_id: null, room_name: "" }), NOW)).toContain("on this site");
    expect(headline(sanction({ kind: "ban", expires_at: null }), NOW)).toBe("You are banned from general:");
  });

  it("ends by itself, or when it is taken back", () => {
    expect(isShown(sanction(), NOW)).toBe(true);
    expect(isShown(sanction(), NOW + 600_000)).toBe(false);
    expect(isShown(sanction({ lifted_at: "2026-11-24T10:01:00.000Z" }), NOW)).toBe(false);
  });

  it("is a warning until it was read", () => {
    const warning = sanction({ kind: "warning", expires_at: null });
    expect(isShown(warning, NOW)).toBe(true);
    expect(isShown({ ...warning, seen_at: "2026-11-24T10:01:00.000Z" }, NOW)).toBe(false);
  });

  it("is a ban from a room until it was read, and then the answer to the appeal", () => {
    const ban = sanction({ kind: "ban", expires_at: null });
    expect(isShown(ban, NOW)).toBe(true);
    const read = { ...ban, seen_at: "2026-11-24T10:01:00.000Z" };
    expect(isShown(read, NOW)).toBe(false);
    const answered = { ...asked, decided_at: "2026-11-24T10:02:00.000Z" };
    expect(isShown({ ...read, appeal: answered }, NOW)).toBe(true);
    expect(isShown({ ...ban, seen_at: "2026-11-24T10:03:00.000Z", appeal: answered }, NOW)).toBe(false);
  });

  it("is the answer to an appeal also when the decision no longer holds, once", () => {
    const granted = { ...asked, decided_at: "2026-11-24T10:02:00.000Z", granted: true };
    const lifted = sanction({ lifted_at: "2026-11-24T10:02:00.000Z", appeal: granted });
    expect(isShown(lifted, NOW)).toBe(true);
    expect(headline(lifted, NOW)).toBe("You were muted in general:");
    expect(isShown({ ...lifted, seen_at: "2026-11-24T10:03:00.000Z" }, NOW)).toBe(false);
    expect(canBeRead(lifted, NOW)).toBe(true);
  });

  it("stays while one is muted, and names the day of an end that is far", () => {
    expect(isShown(sanction({ seen_at: "2026-11-24T10:01:00.000Z" }), NOW)).toBe(true);
    expect(canBeRead(sanction(), NOW)).toBe(false);
    const far = sanction({ expires_at: "2026-11-26T10:00:00.000Z" });
    expect(headline(far, NOW)).toMatch(/\(until .*2026.*\):$/);
  });

  it("tells what became of an appeal", () => {
    expect(appealText(sanction())).toBe("");
    expect(appealText(sanction({ appeal: asked }))).toBe("Your appeal is with the moderators.");
    const refused = { ...asked, decided_at: "2026-11-24T10:01:00.000Z", answer: "Yes" };
    expect(appealText(sanction({ appeal: refused }))).toBe("Your appeal was refused: Yes");
  });
});

describe("why one may not write", () => {
  it("is the site's reason, else this room's, and no other's", () => {
    const here = sanction({ id: "1", reason: "here" });
    const elsewhere = sanction({ id: "2", room_id: "11", reason: "elsewhere" });
    const everywhere = sanction({ id: "3", room_id: null, reason: "everywhere" });
    expect(muteReason({ 1: here, 2: elsewhere }, "10", NOW)).toBe("here");
    expect(muteReason({ 1: here, 3: everywhere }, "10", NOW)).toBe("everywhere");
    expect(muteReason({ 2: elsewhere }, "10", NOW)).toBeNull();
    expect(muteReason({ 1: here }, "10", NOW + 600_000)).toBeNull();
  });
});
