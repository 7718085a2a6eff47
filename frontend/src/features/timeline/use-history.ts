import { useCallback, useEffect, useRef, useState } from "react";
import { PAGE_SIZE, type Where } from "@/api/rooms";
import type { Id } from "@/api/wire";
import { dropFar, loadPage, trimRoom } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { latestHeld, reachesPresent, shownMessages } from "@/realtime/timeline";

export type History = {
  readonly error: string | null;
  readonly loadBefore: () => void;
  readonly loadAfter: () => void;
  readonly loadLatest: () => Promise<void>;
  /** Back to the present; at once where its messages are held. */
  readonly showLatest: () => Promise<void>;
  /** Drops what is before and after these places. */
  readonly dropFar: (from: number, to: number) => void;
};

/** Loads the stretch of the room that the person looks at, and more of it where they scroll. */
export function useHistory(state: RoomState, target: number | null): History {
  const { room, timeline } = state;
  const { window } = timeline;
  const start = firstPage(state, target);
  const [error, setError] = useState<string | null>(null);
  const isLoading = useRef(false);
  const isLive = useLive((state) => state.phase.name === "live");
  const isReached = useIsReached(timeline, target);
  const isShown = window !== null && isReached;

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
  const showLatest = useCallback(async () => {
    if (reachesPresent(timeline)) return;
    // A page that is on its way belongs to where the person was.
    isLoading.current = false;
    if (latestHeld(timeline) >= PAGE_SIZE) trimRoom(room.id);
    else await load({});
  }, [room.id, timeline, load]);

  return {
    error: window ? null : error,
    loadBefore: () => window?.hasBefore && void load({ before: window.from }),
    loadAfter: () => window && !reachesPresent(timeline) && void load({ after: window.to }),
    loadLatest: () => load({}),
    showLatest,
    dropFar: (from, to) => dropFar(room.id, from, to),
  };
}

/** Somebody who missed more than a page begins to read where they stopped. */
function firstPage({ membership }: RoomState, target: number | null): number | null {
  if (target !== null) return target;
  return membership.unread > PAGE_SIZE && membership.last_read_seq > 0 ? membership.last_read_seq : null;
}

/** Whoever has been there and has left it far behind, where it is not held any more, is not taken back to it. */
function useIsReached(timeline: RoomState["timeline"], target: number | null): boolean {
  const [reached, setReached] = useState<number | null>(null);
  const isHeld = target === null || holds(timeline, target);
  if (isHeld && reached !== target) setReached(target);
  return isHeld || reached === target;
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
