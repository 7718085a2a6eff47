import { ArrowDownWideNarrow, X } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Sort } from "@/api/search";
import { hints } from "@/features/search/operators";
import { SearchHit } from "@/features/search/search-hit";
import { setQuery, useSearch } from "@/features/search/search-store";
import { useResults } from "@/features/search/use-results";
import { useMedia } from "@/lib/use-media";
import { explain } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { Button, IconButton } from "@/ui/button";
import { Spinner } from "@/ui/spinner";

export function SearchPanel({ onClose }: { readonly onClose: () => void }) {
  const query = useSearch((state) => state.query);
  const [sort, setSort] = useState<Sort>("newest");
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const covers = !useMedia("(min-width: 64rem)");
  const results = useResults(query, sort);
  useEffect(() => field.current?.focus(), []);
  const act = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else moveFocus(event, field, list);
  };

  return (
    <aside
      aria-label="Search"
      onKeyDown={act}
      className="fixed inset-0 z-30 flex flex-col bg-canvas pt-[env(safe-area-inset-top)] pb-[env(safe-area-inset-bottom)] lg:static lg:w-96 lg:shrink-0 lg:border-l lg:border-line"
    >
      <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-3">
        <input
          ref={field}
          type="search"
          aria-label="Search messages"
          placeholder="Search messages"
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          className="h-9 min-w-0 flex-1 rounded-lg border border-line bg-canvas px-3 placeholder:text-soft focus-visible:border-accent touch:h-11 touch:text-base"
        />
        <IconButton
          label={
            sort === "newest" ? "Newest first. Show the best first" : "Best first. Show the newest first"
          }
          aria-pressed={sort === "best"}
          className="aria-pressed:bg-active aria-pressed:text-ink"
          onClick={() => setSort(sort === "newest" ? "best" : "newest")}
        >
          <ArrowDownWideNarrow size={18} aria-hidden />
        </IconButton>
        <IconButton label="Close search" onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <Hints query={query} field={field} />
      <Summary results={results} sort={sort} />
      <ul
        ref={list}
        aria-label="Results"
        aria-busy={results.isPlaceholderData}
        className="min-h-0 flex-1 overflow-y-auto p-1.5 transition-opacity aria-busy:opacity-60"
      >
        {results.hits.map((hit) => (
          <li key={hit.message_id}>
            <SearchHit hit={hit} onOpen={() => covers && onClose()} />
          </li>
        ))}
        {results.hasNextPage && results.hits.length > 0 && (
          <li className="p-2 text-center">
            <Button isBusy={results.isFetchingNextPage} onClick={() => void results.fetchNextPage()}>
              More results
            </Button>
          </li>
        )}
      </ul>
    </aside>
  );
}

type Found = ReturnType<typeof useResults>;

function Summary({ results, sort }: { readonly results: Found; readonly sort: Sort }) {
  const { query, first, isPending, isError, error } = results;
  if (query === "") return <Advice />;
  if (isError) return <Note isAlert>{explain(error) ?? error.message}</Note>;
  if (isPending || !first) return <Spinner label="Searching" />;
  const unknown = first.unknown ?? [];
  return (
    <Note>
      {counted(first.count ?? 0, first.more ?? false)}
      {sort === "best" && (first.count ?? 0) > 1 && ", the best first"}
      {unknown.length > 0 && ` Nothing here is called ${unknown.join(", ")}.`}
      {!first.complete && " Messages are still being indexed: there may be more."}
    </Note>
  );
}

function counted(count: number, hasMore: boolean): string {
  if (count === 0) return "Nothing was found.";
  if (count === 1) return "1 message";
  return `${count.toLocaleString()}${hasMore ? "+" : ""} messages`;
}

function Note({ children, isAlert }: { readonly children: React.ReactNode; readonly isAlert?: boolean }) {
  return (
    <p
      role={isAlert ? "alert" : "status"}
      className={`px-4 pt-2 text-sm ${isAlert ? "text-danger" : "text-soft"}`}
    >
      {children}
    </p>
  );
}

function Advice() {
  return (
    <p className="px-4 pt-3 text-sm text-soft">
      Finds words and parts of words in all your rooms, <q>exact phrases</q>, code and addresses. A minus
      leaves out: <code>-word</code>.
    </p>
  );
}

function Hints({
  query,
  field,
}: {
  readonly query: string;
  readonly field: RefObject<HTMLInputElement | null>;
}) {
  const users = useLive((live) => live.users);
  const rooms = useLive((live) => live.rooms);
  const found = useMemo(() => {
    const names = Object.values(rooms).map(({ room }) => room.name);
    return hints(query, { people: Object.values(users), rooms: names.filter((name) => name !== "") });
  }, [query, users, rooms]);
  if (found.length === 0) return null;
  const take = (insert: string) => {
    setQuery(insert);
    field.current?.focus();
  };
  return (
    <ul aria-label="Suggestions" className="flex flex-wrap gap-1.5 border-b border-line px-3 py-2">
      {found.map((hint) => (
        <li key={hint.insert}>
          <button
            type="button"
            title={hint.note || undefined}
            onClick={() => take(hint.insert)}
            className="min-h-7 rounded-full bg-side px-2.5 text-sm hover:bg-hover touch:min-h-11"
          >
            {hint.label}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** From the field down into the results and back up, as in a list. */
function moveFocus(
  event: KeyboardEvent,
  field: RefObject<HTMLInputElement | null>,
  list: RefObject<HTMLUListElement | null>,
): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const links = [...(list.current?.querySelectorAll("a") ?? [])];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (at < 0 && (step < 0 || document.activeElement !== field.current)) return;
  event.preventDefault();
  const next = at + step;
  if (next < 0) field.current?.focus();
  else links[Math.min(next, links.length - 1)]?.focus();
}
