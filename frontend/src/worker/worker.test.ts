import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pathOf, readNote } from "@/worker/notes";
import { assetsIn, isAsset, isClientPath, navigate } from "@/worker/shell";

const ORIGIN = "https://chat.example.org";

describe("a push", () => {
  it("that cannot be read is still one to show", () => {
    for (const text of ["", "hello", "{}", "null", '{"kind":"message"}'])
      expect(readNote(text)).toMatchObject({ kind: "message", title: "New message" });
    expect(readNote('{"kind":"test","tag":"test","title":"Hi","body":""}').kind).toBe("test");
  });

  it("leads nowhere but to this site", () => {
    expect(pathOf("/rooms/7/12", ORIGIN)).toBe("/rooms/7/12");
    expect(pathOf("https://evil.example/rooms/7", ORIGIN)).toBe("/");
    expect(pathOf("//evil.example/rooms/7", ORIGIN)).toBe("/");
    expect(pathOf("javascript:alert(1)", ORIGIN)).toBe("/");
    expect(pathOf(undefined, ORIGIN)).toBe("/");
  });
});

describe("the shell", () => {
  it("is for the client's own paths alone", () => {
    for (const path of ["/", "/rooms/7", "/rooms/7/81"]) expect(isClientPath(path)).toBe(true);
    for (const path of [
      "/admin/",
      "/api/v1/me",
      "/unsubscribe/7:x",
      "/static/icon.svg",
      "/files/7",
      "/healthz",
    ])
      expect(isClientPath(path)).toBe(false);
    expect(isAsset("/static/assets/main-1.js")).toBe(true);
    expect(isAsset("/static/icon.svg")).toBe(false);
  });

  it("names what it needs", () => {
    const text = `<link rel="icon" href="/static/icon.svg"><link href="/static/assets/a.css">
      <script src="/static/assets/b.js"></script><link rel="modulepreload" href="/static/assets/b.js">`;
    expect(assetsIn(text)).toEqual(["/static/assets/a.css", "/static/assets/b.js"]);
  });
});

describe("a navigation", () => {
  const kept = new Map<string, Response>();
  const cache = {
    match: async (key: string) => kept.get(key)?.clone(),
    put: async (key: string, value: Response) => void kept.set(key, value),
    addAll: async () => undefined,
    keys: async () => [],
    delete: async () => true,
  };
  const page = (name: string, status = 200) =>
    Object.defineProperty(new Response(`<script src="/static/assets/${name}.js">`, { status }), "type", {
      value: "basic",
    });
  const request = new Request(`${ORIGIN}/rooms/7`);
  const go = async (answer: () => Promise<Response>) => {
    vi.stubGlobal("fetch", answer);
    const work: Promise<unknown>[] = [];
    const response = await navigate(request, (one) => work.push(one));
    await Promise.all(work);
    return response;
  };

  beforeEach(() => vi.stubGlobal("caches", { open: async () => cache }));
  afterEach(() => {
    kept.clear();
    vi.unstubAllGlobals();
  });

  it("gets the server's page as long as there is one, and the last one when there is none", async () => {
    const text = async (answer: () => Promise<Response>) => (await go(answer)).text();
    expect(await text(async () => page("old"))).toContain("old.js");
    expect(await text(async () => page("new"))).toContain("new.js");
    expect(await text(() => Promise.reject(new TypeError("offline")))).toContain("new.js");
    expect(await text(async () => page("nobody", 503))).toContain("new.js");
  });

  it("gets the server's own refusal", async () => {
    await go(async () => page("old"));
    expect((await go(async () => page("gone", 404))).status).toBe(404);
  });

  it("fails where nothing was ever kept", async () => {
    expect((await go(() => Promise.reject(new TypeError("offline")))).type).toBe("error");
  });
});
