/** What a push says (docs/protocol.md, section 5). */
export type Note = {
  readonly kind: "message" | "withdraw" | "test";
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly url?: string;
  readonly room_id?: string;
  readonly sent_at?: string;
  readonly token?: string;
};

/** A push that cannot be read is shown as one without content: browsers want every push to be seen. */
export function readNote(text: string): Note {
  try {
    const note = JSON.parse(text) as Partial<Note>;
    if (note.kind && typeof note.tag === "string" && typeof note.title === "string") return note as Note;
  } catch {
    // not JSON
  }
  return { kind: "message", tag: "unknown", title: "New message", body: "" };
}

/** Only paths of this site are opened, whatever a push says. */
export function pathOf(url: unknown, origin: string): string {
  if (typeof url !== "string") return "/";
  const target = new URL(url, origin);
  return target.origin === origin ? target.pathname : "/";
}
