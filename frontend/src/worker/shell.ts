const SHELL = "chatflow.shell";
const ASSETS = "chatflow.assets";
const HOME = "/";
const CLIENT_PATH = /^\/(rooms\/\d+(\/\d+)?\/?)?$/;
const ASSET = /^\/static\/assets\//;
const ASSETS_IN_SHELL = /(?:src|href)="(\/static\/assets\/[^"]+)"/g;
/** What a proxy says while the server behind it is away. */
const AWAY = [502, 503, 504];

export function isClientPath(path: string): boolean {
  return CLIENT_PATH.test(path);
}

export function isAsset(path: string): boolean {
  return ASSET.test(path);
}

export function assetsIn(shell: string): string[] {
  return [...new Set([...shell.matchAll(ASSETS_IN_SHELL)].map((match) => match[1] ?? ""))];
}

/** The network first, always: a page kept from before an update is shown only where there is no other. */
export async function navigate(request: Request, later: (work: Promise<unknown>) => void): Promise<Response> {
  const response = await fetch(request).catch(() => null);
  if (response?.ok && response.type === "basic") {
    later(keepShell(response.clone()));
    return response;
  }
  if (response && !AWAY.includes(response.status)) return response;
  return (await keptShell()) ?? response ?? Response.error();
}

/** Files whose names carry a hash never change. */
export async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

export async function installShell(): Promise<void> {
  const response = await fetch(HOME, { cache: "no-store" });
  if (response.ok) await keepShell(response);
}

/** Keeps the page with everything it needs to start; what only an older one needed goes. */
async function keepShell(response: Response): Promise<void> {
  const text = await response.clone().text();
  const needed = assetsIn(text);
  if (needed.length === 0) return;
  const [shells, assets] = await Promise.all([caches.open(SHELL), caches.open(ASSETS)]);
  const before = await (await shells.match(HOME))?.text();
  const missing = await Promise.all(needed.map(async (path) => ((await assets.match(path)) ? [] : [path])));
  await assets.addAll(missing.flat());
  await shells.put(HOME, response);
  if (before !== undefined && assetsIn(before).join() !== needed.join()) await forgetOthers(assets, needed);
}

async function forgetOthers(assets: Cache, needed: readonly string[]): Promise<void> {
  const kept = await assets.keys();
  const old = kept.filter(({ url }) => !needed.includes(new URL(url).pathname));
  await Promise.all(old.map((request) => assets.delete(request)));
}

async function keptShell(): Promise<Response | undefined> {
  return (await caches.open(SHELL)).match(HOME);
}
