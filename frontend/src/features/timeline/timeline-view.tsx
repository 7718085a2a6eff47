import { ArrowDown } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Virtuoso, type VirtuosoHandle } from "react-virtuoso";
import type { Message } from "@/api/wire";
import { Announcer } from "@/features/timeline/announcer";
import { MessageRow } from "@/features/timeline/message-row";
import type { RowActions } from "@/features/timeline/row-actions";
import { buildRows, type Row } from "@/features/timeline/rows";
import { useSeenBy } from "@/features/timeline/seen-by";
import { useAnchor } from "@/features/timeline/use-anchor";
import { useHistory } from "@/features/timeline/use-history";
import { useReading } from "@/features/timeline/use-reading";
import { navigate, roomPath } from "@/lib/router";
import { useLive, useMyId } from "@/realtime/live-store";
import { may } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { reachesPresent, shownMessages } from "@/realtime/timeline";
import { UNREAD_CAP } from "@/realtime/unread";
import { Button } from "@/ui/button";
import { Spinner } from "@/ui/spinner";

const NEAR_END_PX = 80;

type TimelineProps = {
  readonly state: RoomState;
  readonly target: number | null;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (message: Message) => void;
};

export function Timeline({ state, target, onReply, onEdit }: TimelineProps) {
  const { room, timeline } = state;
  const list = useRef<VirtuosoHandle>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const history = useHistory(state, target);
  const { dividerAfter, markUnreadFrom } = useReading(state, isAtEnd);
  const rows = useRows(state, dividerAfter);
  const actions = useActions(state, onReply, onEdit, markUnreadFrom);
  const toEnd = useCallback(async () => {
    navigate(roomPath(room.id));
    if (!reachesPresent(timeline)) await history.loadLatest();
    list.current?.scrollToIndex({ index: "LAST", align: "end" });
  }, [room.id, timeline, history.loadLatest]);
  useOwnMessageInView(rows, toEnd);

  if (history.error) return <LoadError text={history.error} onRetry={history.loadLatest} />;
  if (!timeline.window) return <Fill>{<Spinner label="Loading messages" />}</Fill>;
  return (
    <div className="relative min-h-0 flex-1">
      {rows.length === 0 ? (
        <Fill>
          <p className="text-soft">Nothing here yet. Say hello.</p>
        </Fill>
      ) : (
        <MessageList
          list={list}
          state={state}
          rows={rows}
          actions={actions}
          target={target}
          onAtEnd={setAtEnd}
          onBefore={history.loadBefore}
          onAfter={history.loadAfter}
        />
      )}
      {rows.length > 0 && !(isAtEnd && reachesPresent(timeline)) && (
        <ToLatest state={state} onClick={toEnd} />
      )}
      <Announcer state={state} />
    </div>
  );
}

type MessageListProps = {
  readonly list: React.RefObject<VirtuosoHandle | null>;
  readonly state: RoomState;
  readonly rows: readonly Row[];
  readonly actions: RowActions;
  readonly target: number | null;
  readonly onAtEnd: (isAtEnd: boolean) => void;
  readonly onBefore: () => void;
  readonly onAfter: () => void;
};

function MessageList({ list, state, rows, actions, target, onAtEnd, onBefore, onAfter }: MessageListProps) {
  const seen = useSeenBy(state, rows, useMyId());
  const { firstIndex, generation } = useAnchor(rows);
  const [focused, setFocused] = useState<string | null>(null);
  const focusable = rows.some(({ key }) => key === focused) ? focused : rows.at(-1)?.key;
  useTargetInView(list, rows, target);
  const move = (event: KeyboardEvent<HTMLElement>) => moveFocus(event, rows, list.current, setFocused);
  return (
    <section role="log" aria-label="Messages" aria-live="off" className="size-full" onKeyDown={move}>
      <Virtuoso
        key={generation}
        ref={list}
        className="size-full overscroll-contain"
        data={rows}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={startIndex(rows, target)}
        computeItemKey={(_, row) => row.key}
        alignToBottom
        atBottomThreshold={NEAR_END_PX}
        atBottomStateChange={onAtEnd}
        followOutput={(isAtBottom) => isAtBottom && reachesPresent(state.timeline) && "auto"}
        increaseViewportBy={{ top: 600, bottom: 400 }}
        startReached={onBefore}
        endReached={onAfter}
        components={state.timeline.window?.hasBefore ? LOADING_ABOVE : BEGINNING}
        itemContent={(_, row) => (
          <MessageRow
            row={row}
            actions={actions}
            seenBy={seen.get(row.key)}
            isTarget={target !== null && row.message.seq === target}
            isFocusable={row.key === focusable}
          />
        )}
      />
    </section>
  );
}

const EndSpace = () => <div className="h-3" />;
const LOADING_ABOVE = { Header: () => <Spinner label="Loading older messages" />, Footer: EndSpace };
const BEGINNING = {
  Header: () => (
    <p className="px-6 pt-8 pb-2 text-sm text-soft">This is the beginning of the conversation.</p>
  ),
  Footer: EndSpace,
};

function startIndex(rows: readonly Row[], target: number | null) {
  const wanted = rows.findIndex((row) => (target === null ? row.isNew : row.message.seq === target));
  if (wanted >= 0) return { index: wanted, align: "center" as const };
  return { index: rows.length - 1, align: "end" as const };
}

function useRows(state: RoomState, dividerAfter: number | null): Row[] {
  const { room, timeline } = state;
  const me = useMyId();
  const outbox = useLive((live) => live.outbox);
  return useMemo(() => {
    const mine = outbox.filter((item) => item.room_id === room.id);
    const isComplete = reachesPresent(timeline);
    const isFromStart = !timeline.window?.hasBefore;
    return buildRows({
      shown: shownMessages(timeline),
      outbox: mine,
      isFromStart,
      isComplete,
      dividerAfter,
      me,
    });
  }, [timeline, outbox, room.id, dividerAfter, me]);
}

function useActions(
  state: RoomState,
  onReply: RowActions["onReply"],
  onEdit: RowActions["onEdit"],
  onMarkUnread: RowActions["onMarkUnread"],
): RowActions {
  const canPost = may(state, "post");
  const canReact = may(state, "react");
  const canEdit = may(state, "edit_own");
  const canDeleteOwn = may(state, "delete_own");
  const canDeleteAny = may(state, "delete_any");
  return useMemo(
    () => ({ canPost, canReact, canEdit, canDeleteOwn, canDeleteAny, onReply, onEdit, onMarkUnread }),
    [canPost, canReact, canEdit, canDeleteOwn, canDeleteAny, onReply, onEdit, onMarkUnread],
  );
}

/** Whoever sends a message wants to see it, wherever they had scrolled. */
function useOwnMessageInView(rows: readonly Row[], toEnd: () => void): void {
  const pending = rows.at(-1)?.delivery === "pending" ? rows.at(-1)?.key : undefined;
  const shown = useRef(pending);
  useEffect(() => {
    if (pending && pending !== shown.current) toEnd();
    shown.current = pending;
  }, [pending, toEnd]);
}

function useTargetInView(list: MessageListProps["list"], rows: readonly Row[], target: number | null): void {
  const index = target === null ? -1 : rows.findIndex(({ message }) => message.seq === target);
  const isHeld = index >= 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per target, not whenever rows move its index
  useEffect(() => {
    if (isHeld) list.current?.scrollToIndex({ index, align: "center" });
  }, [target, isHeld]);
}

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, Home: -1e9, End: 1e9 };

function moveFocus(
  event: KeyboardEvent<HTMLElement>,
  rows: readonly Row[],
  list: VirtuosoHandle | null,
  setFocused: (key: string) => void,
): void {
  const from = (event.target as HTMLElement).dataset.row;
  const step = STEPS[event.key];
  if (!step || !from) return;
  event.preventDefault();
  const at = rows.findIndex(({ key }) => key === from) + step;
  const index = Math.min(Math.max(at, 0), rows.length - 1);
  const key = rows[index]?.key ?? from;
  const section = event.currentTarget;
  setFocused(key);
  list?.scrollIntoView({
    index,
    done: () => section.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)?.focus(),
  });
}

function ToLatest({ state, onClick }: { readonly state: RoomState; readonly onClick: () => void }) {
  const { unread } = state.membership;
  return (
    <button
      type="button"
      onClick={onClick}
      className="absolute right-4 bottom-3 z-20 inline-flex h-9 items-center gap-2 rounded-full border border-line bg-raised px-3.5 text-sm font-medium shadow-lift hover:bg-hover touch:h-11"
    >
      <ArrowDown size={16} aria-hidden />
      {unread > 0 ? `${unread >= UNREAD_CAP ? "99+" : unread} new` : "Jump to latest"}
    </button>
  );
}

function LoadError({ text, onRetry }: { readonly text: string; readonly onRetry: () => void }) {
  return (
    <Fill>
      <p className="text-soft">{text}</p>
      <Button onClick={onRetry}>Try again</Button>
    </Fill>
  );
}

function Fill({ children }: { readonly children: React.ReactNode }) {
  return (
    <div className="flex size-full min-h-0 flex-1 flex-col items-center justify-center gap-3 p-6">
      {children}
    </div>
  );
}
