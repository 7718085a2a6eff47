import { useCallback, useEffect, useRef, useState } from "react";
import { PAGE_SIZE, type Where } from "@/api/rooms";
import type { Id } from "@/api/wire";
import { loadPage, trimRoom } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { reachesPresent, shownMessages } from "@/realtime/timeline";

type History = {
  readonly error: string | null;
  readonly loadBefore: () => void;
  readonly loadAfter: () => void;
  readonly loadLatest: () => Promise<void>;
};

/** Loads the stretch of the room that the person looks at, and more of it where they scroll. */
export function useHistory(state: RoomState, target: number | null): History {
  const { room, timeline } = state;
  const { window } = timeline;
  const start = firstPage(state, target);
  const [error, setError] = useState<string | null>(null);
  const isLoading = useRef(false);
  const isLive = useLive((state) => state.phase.name === "live");
  const isShown = window !== null && (target === null || holds(timeline, target));

  const load = useCallback(
    async (where: Where) => {
      if (isLoading.current) return;
      isLoading.current = true;
      await loadPage(room.id, where).then(
        () => setError(null),
        (reason: Error) => setError(reason.message),
      );
      isLoading.current = false;
    },
    [room.id],
  );
  useEffect(() => {
    // Runs again when the connection is back, for what could not be loaded without it.
    if (!isShown && (isLive || window === null)) void load(start === null ? {} : { around: start });
  }, [isShown, start, load, isLive, window]);
  useLatestOnEntry(room.id, window === null || reachesPresent(timeline), target, load);
  useEffect(() => () => trimRoom(room.id), [room.id]);

  return {
    error: window ? null : error,
    loadBefore: () => window?.hasBefore && void load({ before: window.from }),
    loadAfter: () => window && !reachesPresent(timeline) && void load({ after: window.to }),
    loadLatest: () => load({}),
  };
}

/** Somebody who missed more than a page begins to read where they stopped. */
function firstPage({ membership }: RoomState, target: number | null): number | null {
  if (target !== null) return target;
  return membership.unread > PAGE_SIZE && membership.last_read_seq > 0 ? membership.last_read_seq : null;
}

function holds(timeline: RoomState["timeline"], seq: number): boolean {
  return shownMessages(timeline).some((message) => message.seq === seq);
}

/** A room left in the middle of its history is entered again at the present. */
function useLatestOnEntry(
  roomId: Id,
  isPresent: boolean,
  target: number | null,
  load: (where: Where) => void,
): void {
  const entered = useRef<Id | null>(null);
  useEffect(() => {
    if (entered.current === roomId) return;
    entered.current = roomId;
    if (!isPresent && target === null) load({});
  }, [roomId, isPresent, target, load]);
}
