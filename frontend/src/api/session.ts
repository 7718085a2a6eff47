import { ApiError, call, type Method } from "@/api/client";
import type { Id, Me, SignedIn } from "@/api/wire";
import { exclusively } from "@/lib/exclusive";

type Access = { readonly token: string; readonly expiresAt: number };
type Notice =
  | { readonly kind: "refreshed"; readonly access: Access; readonly userId: Id }
  | { readonly kind: "signed-out" };
/** Whether the person asked for it, or the session was ended from elsewhere. */
export type SessionEnd = "signed-out" | "ended";

const KNOWN_KEY = "chatflow.signed-in";
const EARLY_MS = 30_000;

// A module variable on purpose: a script that gets into the page finds no token in any storage.
let access: Access | null = null;
const channel = new BroadcastChannel("chatflow.session");
const endListeners = new Set<(how: SessionEnd) => void>();
let userId: Id | null = null;

channel.onmessage = ({ data }: MessageEvent<Notice>) => {
  if (data.kind === "signed-out") end("ended");
  // Somebody else signed in from another tab: the cookie is theirs now, and so must be what is on screen.
  else if (userId !== null && userId !== data.userId) window.location.assign("/");
  else access = data.access;
};

export function onSessionEnd(listener: (how: SessionEnd) => void): () => void {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

/** Who was signed in here last, if nobody signed out: a first visit costs no refused refresh. */
export function knownUserId(): Id | null {
  return localStorage.getItem(KNOWN_KEY);
}

export async function setUp(fields: Registration): Promise<Me> {
  return adopt(await call<SignedIn>("POST", "/setup", { body: fields }));
}

export type Registration = {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly display_name?: string;
};

export async function register(fields: Registration): Promise<Me> {
  return adopt(await call<SignedIn>("POST", "/auth/register", { body: fields }));
}

export async function signIn(login: string, password: string): Promise<Me> {
  return adopt(await call<SignedIn>("POST", "/auth/sign-in", { body: { login, password } }));
}

export async function signOut(everywhere = false): Promise<void> {
  await authorized("POST", everywhere ? "/auth/sign-out-everywhere" : "/auth/sign-out");
  leave("signed-out");
}

/** Ends the session here and in the other tabs, without asking the server. */
export function leave(how: SessionEnd): void {
  channel.postMessage({ kind: "signed-out" } satisfies Notice);
  end(how);
}

/** A REST call with the access token, refreshed before it expires or when the server says so. */
export async function authorized<T>(method: Method, path: string, body?: unknown): Promise<T> {
  try {
    return await call<T>(method, path, { body, token: await freshToken() });
  } catch (error) {
    if (!isStale(error)) throw error;
    access = null;
    return call<T>(method, path, { body, token: await freshToken() });
  }
}

export async function renewToken(): Promise<void> {
  access = null;
  await freshToken();
}

async function freshToken(): Promise<string> {
  if (isFresh(access)) return access.token;
  return exclusively("chatflow.refresh", async () => {
    // Another tab may have refreshed while this one waited for its turn.
    if (!isFresh(access)) await refresh();
    return access?.token ?? "";
  });
}

async function refresh(): Promise<void> {
  try {
    adopt(await rotate());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) leave("ended");
    throw error;
  }
}

function rotate(): Promise<SignedIn> {
  return call<SignedIn>("POST", "/auth/refresh", { headers: { "X-ChatFlow": "1" } });
}

function adopt(signedIn: SignedIn): Me {
  access = { token: signedIn.access, expiresAt: Date.now() + signedIn.expires_in * 1000 };
  userId = signedIn.user.id;
  localStorage.setItem(KNOWN_KEY, userId);
  channel.postMessage({ kind: "refreshed", access, userId } satisfies Notice);
  return signedIn.user;
}

function end(how: SessionEnd): void {
  access = null;
  userId = null;
  localStorage.removeItem(KNOWN_KEY);
  for (const listener of endListeners) listener(how);
}

function isFresh(held: Access | null): held is Access {
  return held !== null && held.expiresAt - EARLY_MS > Date.now();
}

function isStale(error: unknown): boolean {
  return error instanceof ApiError && ["auth.expired", "auth.invalid"].includes(error.body.code);
}
