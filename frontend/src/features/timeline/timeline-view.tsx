import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { VirtuosoHandle } from "react-virtuoso";
import type { Id, Message } from "@/api/wire";
import { Announcer } from "@/features/timeline/announcer";
import { MessageList } from "@/features/timeline/message-list";
import type { RowActions } from "@/features/timeline/row-actions";
import { buildRows, type Row } from "@/features/timeline/rows";
import { useHistory } from "@/features/timeline/use-history";
import { useReading } from "@/features/timeline/use-reading";
import { navigate, roomPath } from "@/lib/router";
import { deleteMessage } from "@/realtime/actions";
import { useLive, useMyId } from "@/realtime/live-store";
import { may } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { reachesPresent, shownMessages } from "@/realtime/timeline";
import { UNREAD_CAP } from "@/realtime/unread";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Spinner } from "@/ui/spinner";

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
  const [deleting, setDeleting] = useState<Message | null>(null);
  const actions = useActions(state, { onReply, onEdit, onDelete: setDeleting, onMarkUnread: markUnreadFrom });
  const toEnd = useCallback(async () => {
    navigate(roomPath(room.id));
    await history.showLatest();
    list.current?.scrollToIndex({ index: "LAST", align: "end" });
  }, [room.id, history.showLatest]);
  useOwnMessageInView(room.id, toEnd);

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
          history={history}
        />
      )}
      {rows.length > 0 && !(isAtEnd && reachesPresent(timeline)) && (
        <ToLatest state={state} onClick={toEnd} />
      )}
      <Announcer state={state} />
      {deleting && (
        <Confirm
          title="Delete this message?"
          text="It disappears for everybody."
          action="Delete"
          onConfirm={() => deleteMessage(deleting)}
          onClose={() => setDeleting(null)}
        />
      )}
    </div>
  );
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

type Handlers = Pick<RowActions, "onReply" | "onEdit" | "onDelete" | "onMarkUnread">;

function useActions(state: RoomState, { onReply, onEdit, onDelete, onMarkUnread }: Handlers): RowActions {
  const canPost = may(state, "post");
  const canReact = may(state, "react");
  const canEdit = may(state, "edit_own");
  const canDeleteOwn = may(state, "delete_own");
  const canDeleteAny = may(state, "delete_any");
  const canPin = may(state, "pin");
  return useMemo(
    () => ({
      canPost,
      canReact,
      canEdit,
      canDeleteOwn,
      canDeleteAny,
      canPin,
      onReply,
      onEdit,
      onDelete,
      onMarkUnread,
    }),
    [canPost, canReact, canEdit, canDeleteOwn, canDeleteAny, canPin, onReply, onEdit, onDelete, onMarkUnread],
  );
}

/** Whoever sends a message wants to see it, wherever they had scrolled. */
function useOwnMessageInView(roomId: Id, toEnd: () => void): void {
  const last = useLive(({ outbox }) => outbox.findLast(({ room_id }) => room_id === roomId));
  const pending = last?.failure === null ? last.client_id : undefined;
  const shown = useRef(pending);
  useEffect(() => {
    if (pending && pending !== shown.current) toEnd();
    shown.current = pending;
  }, [pending, toEnd]);
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
