import { type KeyboardEvent, useId, useLayoutEffect } from "react";
import type { Suggestion } from "@/features/composer/suggest";
import { SuggestionList } from "@/features/composer/suggestion-list";
import type { ComposerModel } from "@/features/composer/use-composer";
import { useSuggestions } from "@/features/composer/use-suggestions";
import { TOUCH, useMedia } from "@/lib/use-media";
import type { RoomState } from "@/realtime/room-state";

type TextBoxProps = { readonly state: RoomState; readonly composer: ComposerModel; readonly label: string };

export function TextBox({ state, composer, label }: TextBoxProps) {
  const { box, text, caret, change, setCaret, replace } = composer;
  const id = useId();
  const isTouch = useMedia(TOUCH);
  const suggestions = useSuggestions(state, text, caret);
  const isOpen = suggestions.items.length > 0;
  const pick = (item: Suggestion) => {
    if (suggestions.trigger) replace(suggestions.trigger.start, suggestions.trigger.end, item.insert);
    suggestions.dismiss();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends an input method's composition is not Enter.
    if (event.nativeEvent.isComposing) return;
    const isHandled = isOpen ? chooseByKey(event, suggestions, pick) : writeByKey(event, composer, isTouch);
    if (isHandled) event.preventDefault();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  return (
    <>
      {isOpen && (
        <SuggestionList id={id} items={suggestions.items} active={suggestions.active} onPick={pick} />
      )}
      <textarea
        ref={box}
        data-testid="composer"
        aria-label={label}
        placeholder={label}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-activedescendant={isOpen ? `${id}-${suggestions.active}` : undefined}
        rows={1}
        value={text}
        enterKeyHint={isTouch ? "enter" : "send"}
        onChange={(event) => change(event.target.value, event.target.selectionStart)}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onBlur={composer.stopTyping}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const files = [...event.clipboardData.files];
          // Programs for writing put a picture of the text beside it.
          if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
          event.preventDefault();
          composer.attachments.add(files);
        }}
        className="max-h-[40dvh] min-h-8 flex-1 resize-none bg-transparent py-1 leading-6 outline-none placeholder:text-soft touch:min-h-11 touch:py-2.5 touch:text-base"
      />
    </>
  );
}

type Suggestions = ReturnType<typeof useSuggestions>;

function chooseByKey(
  { key }: KeyboardEvent,
  suggestions: Suggestions,
  pick: (item: Suggestion) => void,
): boolean {
  const item = suggestions.items[suggestions.active];
  if (key === "ArrowDown") suggestions.move(1);
  else if (key === "ArrowUp") suggestions.move(-1);
  else if (key === "Escape") suggestions.dismiss();
  else if ((key === "Enter" || key === "Tab") && item) pick(item);
  else return false;
  return true;
}

function writeByKey({ key, shiftKey }: KeyboardEvent, composer: ComposerModel, isTouch: boolean): boolean {
  if (key === "Enter" && !shiftKey && !isTouch) {
    void composer.submit();
    return true;
  }
  if (key === "Escape") composer.cancel();
  return key === "ArrowUp" && composer.text === "" && composer.editLast();
}
