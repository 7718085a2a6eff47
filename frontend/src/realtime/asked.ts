import { create } from "zustand";
import type { Id, Message, OwnSanction } from "@/api/wire";

/** What somebody wants to do, asked for from a menu that is gone when its dialog opens. */
export type Asked =
  | { readonly kind: "report"; readonly userId: Id; readonly roomId: Id; readonly message: Message | null }
  | { readonly kind: "decide"; readonly userId: Id; readonly roomId: Id }
  | { readonly kind: "appeal"; readonly sanction: OwnSanction };

export const useAsked = create<{ readonly asked: Asked | null }>(() => ({ asked: null }));

export function ask(asked: Asked | null): void {
  useAsked.setState({ asked });
}
