import type { Id } from "@/api/wire";

const PREFIX = "chatflow.draft.";

export function readDraft(me: Id, roomId: Id): string {
  return localStorage.getItem(`${PREFIX}${me}.${roomId}`) ?? "";
}

export function writeDraft(me: Id, roomId: Id, text: string): void {
  const key = `${PREFIX}${me}.${roomId}`;
  if (text) localStorage.setItem(key, text);
  else localStorage.removeItem(key);
}

export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}
