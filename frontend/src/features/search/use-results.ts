import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ApiError } from "@/api/client";
import { type Hit, type Sort, searchMessages } from "@/api/search";
import { finished } from "@/features/search/operators";
import { useDebounced } from "@/lib/use-debounced";
import { putUsers } from "@/realtime/live-state";
import { changeLive } from "@/realtime/live-store";

const PAUSE = 400; // ms without a key before it is searched: the server lets one person search 20 times a minute
const MOST_RETRIES = 2;

/** The pages of what a query finds, while it is typed. */
export function useResults(typed: string, sort: Sort) {
  const query = useDebounced(finished(typed), PAUSE);
  const found = useInfiniteQuery({
    queryKey: ["search", query, sort],
    queryFn: async ({ pageParam }) => {
      const page = await searchMessages(query, sort, pageParam);
      changeLive((state) => putUsers(state, page.users));
      return page;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: query !== "",
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: (failures, error) => failures < MOST_RETRIES && waitOf(error) !== undefined,
    retryDelay: (_, error) => (waitOf(error) ?? 0) * 1000,
  });
  const pages = query === "" ? [] : (found.data?.pages ?? []);
  const hits: Hit[] = pages.flatMap((page) => page.results);
  return { ...found, query, hits, first: pages[0] };
}

/** How many seconds to wait, if it was only too often. */
function waitOf(error: Error): number | undefined {
  return error instanceof ApiError ? error.body.retry_after : undefined;
}
