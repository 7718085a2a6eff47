import { Pin } from "lucide-react";
import { type KeyboardEvent, memo, useState } from "react";
import type { Id } from "@/api/wire";
import { Folded } from "@/features/timeline/folded";
import { LinkPreviews } from "@/features/timeline/link-previews";
import { MessageFiles } from "@/features/timeline/message-files";
import { MessageMenu } from "@/features/timeline/message-menu";
import { MessageText } from "@/features/timeline/message-text";
import { Reactions } from "@/features/timeline/reactions";
import { ReplyQuote } from "@/features/timeline/reply-quote";
import type { RowActions } from "@/features/timeline/row-actions";
import type { Row } from "@/features/timeline/rows";
import { SeenBy } from "@/features/timeline/seen-by";
import { UnsentNote } from "@/features/timeline/unsent-note";
import { useLongPress } from "@/features/timeline/use-long-press";
import { cx } from "@/lib/class-names";
import { clockTime, exactTime, shortTime } from "@/lib/time";
import { useIsBlocked, useLive, useMyId, useUser } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";
import { calls } from "@/realtime/unread";
import { Avatar } from "@/ui/avatar";

type MessageRowProps = {
  readonly row: Row;
  readonly actions: RowActions;
  readonly seenBy: readonly Id[] | undefined;
  readonly isTarget: boolean;
  readonly isFocusable: boolean;
};

export const MessageRow = memo(function MessageRow({
  row,
  actions,
  seenBy,
  isTarget,
  isFocusable,
}: MessageRowProps) {
  const { message, delivery } = row;
  const isMine = message.author_id === useMyId();
  const isBlocked = useIsBlocked(message.author_id);
  const [isShown, setShown] = useState(false);
  const isFolded = isBlocked && !isShown;
  const attention = useAttention(delivery === "sent");
  return (
    <div className={cx(row.isLead && "pt-3")}>
      {row.day && <DayLine label={row.day} />}
      {row.isNew && <NewLine />}
      <article
        data-testid="message"
        data-message-id={message.id}
        data-state={delivery}
        data-row={row.key}
        aria-label={`${isMine ? "You" : "Message"} at ${clockTime(message.created_at)}`}
        tabIndex={isFocusable ? 0 : -1}
        className={cx(
          "relative flex gap-3 py-0.5 pr-16 pl-4 md:pr-18 md:pl-6 touch:select-none",
          useIsMentioned(row) && "bg-mention-wash/50",
          attention.isPointed && "bg-side",
          isTarget && "flash",
          delivery === "pending" && "opacity-60",
        )}
        {...attention.pointing}
      >
        {isFolded ? (
          <Folded onShow={() => setShown(true)} />
        ) : (
          <>
            <Gutter row={row} isPointed={attention.isPointed} />
            <Body row={row} actions={actions} seenBy={seenBy} />
          </>
        )}
        {delivery === "sent" && attention.isPointed && (
          <MessageMenu
            message={message}
            actions={actions}
            isMine={isMine}
            isMenuOpen={attention.isMenuOpen}
            onMenuChange={attention.setMenuOpen}
            onPickerChange={attention.setPickerOpen}
          />
        )}
      </article>
    </div>
  );
});

function useIsMentioned({ message }: Row): boolean {
  const me = useMyId();
  const isBlocked = useIsBlocked(message.author_id);
  return message.author_id !== me && !isBlocked && calls(message, me);
}

function Body({ row, actions, seenBy }: Pick<MessageRowProps, "row" | "actions" | "seenBy">) {
  const { message, delivery } = row;
  return (
    <div className="min-w-0 flex-1">
      {message.reply_to && <ReplyQuote roomId={message.room_id} messageId={message.reply_to} />}
      {row.isLead && <Byline row={row} />}
      <MessageText message={message} />
      {message.previews.length > 0 && <LinkPreviews message={message} />}
      {message.files.length > 0 && <MessageFiles files={message.files} />}
      {message.pinned_by && <PinnedMark userId={message.pinned_by} />}
      {message.edited_at && !message.deleted_at && <EditedMark at={message.edited_at} />}
      {delivery !== "sent" && <UnsentNote row={row} />}
      <Reactions message={message} canReact={actions.canReact} />
      {seenBy && <SeenBy userIds={seenBy} />}
    </div>
  );
}

/** The row's tools are mounted only while somebody points at it: a thousand menus cost too much. */
function useAttention(hasMenu: boolean) {
  const [isHovered, setHovered] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isPickerOpen, setPickerOpen] = useState(false);
  const { holding, isHolding } = useLongPress(() => setMenuOpen(hasMenu));
  // The pointer that chose in a menu has left the row, but the row was never told.
  const closing = (set: (isOpen: boolean) => void) => (isOpen: boolean) => {
    // A finger that still holds the row gives it the focus, which is no wish to close what it opened.
    if (!isOpen && isHolding()) return;
    set(isOpen);
    if (!isOpen) setHovered(false);
  };
  const pointing = {
    ...holding,
    onPointerEnter: (event: { pointerType: string }) => event.pointerType === "mouse" && setHovered(true),
    onPointerLeave: () => setHovered(false),
    onFocus: () => setFocus(true),
    onBlur: () => setFocus(false),
    onKeyDown: (event: KeyboardEvent) => {
      const opens =
        event.key === "Enter" || event.key === "ContextMenu" || (event.shiftKey && event.key === "F10");
      if (!opens || event.target !== event.currentTarget) return;
      event.preventDefault();
      setMenuOpen(hasMenu);
    },
  };
  return {
    isPointed: isHovered || hasFocus || isMenuOpen || isPickerOpen,
    isMenuOpen,
    setMenuOpen: closing(setMenuOpen),
    setPickerOpen: closing(setPickerOpen),
    pointing,
  };
}

function Gutter({ row, isPointed }: { readonly row: Row; readonly isPointed: boolean }) {
  const { author_id, created_at, reply_to } = row.message;
  const user = useUser(author_id);
  if (row.isLead) {
    return (
      <div className={cx("w-9 shrink-0", reply_to ? "pt-7 touch:pt-11" : "pt-0.5")}>
        <Avatar
          name={user?.display_name ?? "?"}
          color={user?.avatar_color ?? "#8a8580"}
          image={user?.avatar}
        />
      </div>
    );
  }
  return (
    <time
      dateTime={created_at}
      className={cx(
        "w-9 shrink-0 pt-1 text-right text-[11px] text-soft tabular-nums",
        !isPointed && "invisible",
      )}
    >
      {shortTime(created_at)}
    </time>
  );
}

function Byline({ row }: { readonly row: Row }) {
  const { author_id, created_at } = row.message;
  const name = useLive((state) => nameOf(state.users, author_id));
  return (
    <p className="flex items-baseline gap-2 leading-snug">
      <span className="truncate font-semibold">{name}</span>
      <time dateTime={created_at} title={exactTime(created_at)} className="shrink-0 text-xs text-soft">
        {clockTime(created_at)}
      </time>
    </p>
  );
}

function PinnedMark({ userId }: { readonly userId: Id }) {
  const name = useLive((state) => nameOf(state.users, userId));
  return (
    <span title={`Pinned by ${name}`} className="mr-2 inline-flex items-center gap-1 text-xs text-accent">
      <Pin size={12} aria-hidden />
      Pinned
    </span>
  );
}

function EditedMark({ at }: { readonly at: string }) {
  return (
    <span title={`Edited ${exactTime(at)}`} className="text-xs text-soft">
      (edited)
    </span>
  );
}

function DayLine({ label }: { readonly label: string }) {
  return (
    <div className="flex items-center gap-3 px-4 pb-2 md:px-6">
      <span className="h-px flex-1 bg-line" />
      <h2 className="text-xs font-medium text-soft">{label}</h2>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

function NewLine() {
  return (
    <div className="flex items-center gap-3 px-4 pb-1 md:px-6">
      <span className="h-px flex-1 bg-accent" />
      <span className="text-xs font-semibold text-accent">New messages</span>
    </div>
  );
}
