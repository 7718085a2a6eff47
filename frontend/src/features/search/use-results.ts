import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type Hit, type Sort, searchMessages } from "@/api/search";
import { finished } from "@/features/search/operators";
import { useDebounced } from "@/lib/use-debounced";
import { putUsers } from "@/realtime/live-state";
import { changeLive } from "@/realtime/live-store";

/** The pages of what a query finds, while it is typed. */
export function useResults(typed: string, sort: Sort) {
  const query = useDebounced(finished(typed));
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
    retry: false,
  });
  const pages = query === "" ? [] : (found.data?.pages ?? []);
  const hits: Hit[] = pages.flatMap((page) => page.results);
  return { ...found, query, hits, first: pages[0] };
}
