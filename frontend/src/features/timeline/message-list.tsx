import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { type ListRange, Virtuoso, type VirtuosoHandle } from "react-virtuoso";
import { MessageRow } from "@/features/timeline/message-row";
import type { RowActions } from "@/features/timeline/row-actions";
import type { Row } from "@/features/timeline/rows";
import { useSeenBy } from "@/features/timeline/seen-by";
import { useAnchor } from "@/features/timeline/use-anchor";
import { useEdges } from "@/features/timeline/use-edges";
import { useEndFirst } from "@/features/timeline/use-end-first";
import type { History } from "@/features/timeline/use-history";
import { usePinned } from "@/features/timeline/use-pinned";
import { useMyId } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { reachesPresent, type Timeline } from "@/realtime/timeline";
import { Spinner } from "@/ui/spinner";

const NEAR_END_PX = 80;

type MessageListProps = {
  readonly list: RefObject<VirtuosoHandle | null>;
  readonly state: RoomState;
  readonly rows: readonly Row[];
  readonly actions: RowActions;
  readonly target: number | null;
  readonly onAtEnd: (isAtEnd: boolean) => void;
  readonly history: History;
};

export function MessageList({ list, state, rows, actions, target, onAtEnd, history }: MessageListProps) {
  const seen = useSeenBy(state, rows, useMyId());
  const { firstIndex, generation } = useAnchor(rows);
  const [focused, setFocused] = useState<string | null>(null);
  const focusable = rows.some(({ key }) => key === focused) ? focused : rows.at(-1)?.key;
  const start = startIndex(rows, target);
  const isPresent = reachesPresent(state.timeline);
  const pinned = usePinned(list, { startsPinned: start.align === "end", isPresent }, onAtEnd);
  const onRange = useEdges({
    firstIndex,
    count: rows.length,
    held: state.timeline.messages.size,
    isPinned: pinned.isPinned,
    onBefore: history.loadBefore,
    onAfter: history.loadAfter,
    onFar: (first, last) =>
      history.dropFar(seqAt(rows, first, 0), seqAt(rows, last, Number.POSITIVE_INFINITY)),
  });
  useTargetInView(list, rows, target, pinned.unpin);
  const move = (event: KeyboardEvent<HTMLElement>) => moveFocus(event, rows, list.current, setFocused);
  const draw = (row: Row) => (
    <MessageRow
      row={row}
      actions={actions}
      seenBy={seen.get(row.key)}
      isTarget={target !== null && row.message.seq === target}
      isFocusable={row.key === focusable}
    />
  );
  return (
    <section
      ref={pinned.frame}
      role="log"
      aria-label="Messages"
      aria-live="off"
      className="size-full"
      onKeyDown={move}
      {...pinned.byHand}
    >
      <Rows
        key={generation}
        list={list}
        rows={rows}
        firstIndex={firstIndex}
        start={start}
        pinned={pinned}
        timeline={state.timeline}
        onRange={onRange}
        draw={draw}
      />
    </section>
  );
}

type RowsProps = Pick<MessageListProps, "list" | "rows"> & {
  readonly firstIndex: number;
  readonly start: ReturnType<typeof startIndex>;
  readonly pinned: ReturnType<typeof usePinned>;
  readonly timeline: Timeline;
  readonly onRange: (range: ListRange) => void;
  readonly draw: (row: Row) => ReactNode;
};

function Rows({ list, rows, firstIndex, start, pinned, timeline, onRange, draw }: RowsProps) {
  const [startsAtEnd] = useState(start.align === "end");
  const shown = useEndFirst(rows, firstIndex, startsAtEnd);
  const grow = () => {
    pinned.onGrowth();
    shown.onMeasured();
  };
  return (
    <Virtuoso
      ref={list}
      className="size-full overscroll-contain"
      data={shown.data}
      firstItemIndex={shown.firstIndex}
      {...(startsAtEnd ? {} : { initialTopMostItemIndex: start })}
      computeItemKey={(_, row) => row.key}
      alignToBottom
      atBottomThreshold={NEAR_END_PX}
      atBottomStateChange={pinned.onAtBottom}
      totalListHeightChanged={grow}
      followOutput={(isAtBottom) =>
        (isAtBottom || pinned.isPinned.current) && reachesPresent(timeline) && "auto"
      }
      increaseViewportBy={{ top: 600, bottom: 400 }}
      rangeChanged={onRange}
      components={timeline.window?.hasBefore ? LOADING_ABOVE : BEGINNING}
      itemContent={(_, row) => draw(row)}
    />
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

function seqAt(rows: readonly Row[], index: number, outside: number): number {
  return rows[index]?.message.seq ?? outside;
}

function startIndex(rows: readonly Row[], target: number | null) {
  const wanted = rows.findIndex((row) => (target === null ? row.isNew : row.message.seq === target));
  if (wanted >= 0) return { index: wanted, align: "center" as const };
  return { index: rows.length - 1, align: "end" as const };
}

function useTargetInView(
  list: MessageListProps["list"],
  rows: readonly Row[],
  target: number | null,
  unpin: () => void,
): void {
  const index = target === null ? -1 : rows.findIndex(({ message }) => message.seq === target);
  const isHeld = index >= 0;
  const shown = useRef<number>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per target, not whenever rows move its index
  useEffect(() => {
    // Nor when it is read again by somebody who had left it far behind.
    if (!isHeld || target === shown.current) return;
    shown.current = target;
    unpin();
    list.current?.scrollToIndex({ index, align: "center" });
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
