import type { Suggestion } from "@/features/composer/suggest";
import { cx } from "@/lib/class-names";

type SuggestionListProps = {
  readonly id: string;
  readonly items: readonly Suggestion[];
  readonly active: number;
  readonly onPick: (item: Suggestion) => void;
};

export function SuggestionList({ id, items, active, onPick }: SuggestionListProps) {
  return (
    <div
      role="listbox"
      id={id}
      aria-label="Suggestions"
      className="absolute inset-x-0 bottom-full z-30 mb-2 max-h-72 overflow-y-auto rounded-xl border border-line bg-raised p-1 shadow-lift"
    >
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the text box, which keeps the focus
        // biome-ignore lint/a11y/useFocusableInteractive: options are reached through aria-activedescendant
        <div
          key={item.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          // Keeps the caret where it is.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPick(item)}
          className={cx(
            "flex min-h-9 cursor-pointer items-center gap-2 rounded-lg px-2.5 text-sm touch:min-h-11",
            index === active && "bg-hover",
          )}
        >
          <span className="font-medium">{item.label}</span>
          <span className="truncate text-soft">{item.note}</span>
        </div>
      ))}
    </div>
  );
}
