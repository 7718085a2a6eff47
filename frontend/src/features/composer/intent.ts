import type { Message } from "@/api/wire";

/** What the composer is about to do besides sending a new message. */
export type Intent = { readonly kind: "reply" | "edit"; readonly message: Message } | null;
