import type { Id } from "@/api/wire";
import { useLive } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";

const NAMED = 3;

export function TypingLine({ roomId }: { readonly roomId: Id }) {
  const text = useLive((state) =>
    typingText(Object.keys(state.typing[roomId] ?? {}).map((id) => nameOf(state.users, id))),
  );
  return (
    <div
      data-testid="typing-line"
      role="status"
      className="h-5 truncate px-4 text-xs leading-5 text-soft md:px-6"
    >
      {text}
    </div>
  );
}

export function typingText(names: readonly string[]): string {
  if (names.length === 0) return "";
  if (names.length > NAMED) return "Several people are typing…";
  const list = new Intl.ListFormat("en", { type: "conjunction" }).format(names);
  return `${list} ${names.length === 1 ? "is" : "are"} typing…`;
}
