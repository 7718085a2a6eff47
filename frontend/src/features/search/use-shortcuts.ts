import { useEffect } from "react";
import { openSearch, openSwitcher } from "@/features/search/search-store";

/** Ctrl or Cmd and K switches rooms; "/" or Ctrl or Cmd and Shift and F searches. */
export function useShortcuts(): void {
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      const open = wanted(event);
      if (!open) return;
      event.preventDefault();
      open();
    };
    window.addEventListener("keydown", act);
    return () => window.removeEventListener("keydown", act);
  }, []);
}

function wanted(event: KeyboardEvent): (() => void) | null {
  const key = event.key.toLowerCase();
  const hasModifier = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (hasModifier && key === "k" && !event.shiftKey) return openSwitcher;
  if (hasModifier && key === "f" && event.shiftKey) return openSearch;
  if (event.key === "/" && !hasModifier && !event.altKey && !isWriting(event.target)) return openSearch;
  return null;
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog]") !== null
  );
}
