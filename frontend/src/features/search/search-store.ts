import { create } from "zustand";

type SearchState = { readonly open: "switcher" | "panel" | null; readonly query: string };

export const useSearch = create<SearchState>(() => ({ open: null, query: "" }));

export function openSwitcher(): void {
  useSearch.setState({ open: "switcher" });
}

/** Opens the search with what is to be searched for; without it, with what was searched last. */
export function openSearch(query?: string): void {
  useSearch.setState(query === undefined ? { open: "panel" } : { open: "panel", query });
}

export function setQuery(query: string): void {
  useSearch.setState({ query });
}

export function closeSearch(): void {
  useSearch.setState({ open: null });
}
