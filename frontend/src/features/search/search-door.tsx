import { Search } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { closeSearch, openSearch, openSwitcher, useSearch } from "@/features/search/search-store";
import { useShortcuts } from "@/features/search/use-shortcuts";
import type { RoomState } from "@/realtime/room-state";
import { IconButton } from "@/ui/button";

const QuickSwitcher = lazy(() =>
  import("@/features/search/quick-switcher").then((m) => ({ default: m.QuickSwitcher })),
);
const SearchPanel = lazy(() =>
  import("@/features/search/search-panel").then((m) => ({ default: m.SearchPanel })),
);

/** Where the search and the switcher appear. */
export function SearchDoor({ renderIcon }: { readonly renderIcon: (state: RoomState) => ReactNode }) {
  const open = useSearch((state) => state.open);
  useShortcuts();
  return (
    <Suspense fallback={null}>
      {open === "switcher" && <QuickSwitcher renderIcon={renderIcon} onClose={closeSearch} />}
      {open === "panel" && <SearchPanel onClose={closeSearch} />}
    </Suspense>
  );
}

/** In the side bar: a field to look at, a button to press. */
export function SearchBar() {
  return (
    <div className="flex shrink-0 items-center gap-1 px-3 pb-1">
      <button
        type="button"
        onClick={openSwitcher}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-8 min-w-0 flex-1 items-center rounded-lg border border-line bg-canvas px-2.5 text-sm text-soft hover:bg-hover hover:text-ink touch:h-11"
      >
        <span className="flex-1 truncate text-left">Go to…</span>
        <kbd aria-hidden className="text-xs touch:hidden">
          {IS_APPLE ? "⌘K" : "Ctrl K"}
        </kbd>
      </button>
      <IconButton label="Search messages" aria-keyshortcuts="/" onClick={() => openSearch()}>
        <Search size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

const IS_APPLE = /mac|iphone|ipad/i.test(navigator.userAgent);
