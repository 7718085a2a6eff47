import {
  Copy,
  Flag,
  Gavel,
  MoreHorizontal,
  Pencil,
  Pin,
  PinOff,
  Reply,
  RotateCcw,
  SmilePlus,
  Trash2,
  Undo2,
} from "lucide-react";
import { restoreMessage } from "@/api/moderation";
import type { Message } from "@/api/wire";
import { copyText } from "@/features/timeline/copy-text";
import type { RowActions } from "@/features/timeline/row-actions";
import { attempt, setPinned, setReaction } from "@/realtime/actions";
import { ask } from "@/realtime/asked";
import { live } from "@/realtime/live";
import { putAnswer } from "@/realtime/live-state";
import { useRoom } from "@/realtime/live-store";
import { may } from "@/realtime/naming";
import { IconButton } from "@/ui/button";
import { EmojiPicker } from "@/ui/emoji-picker";
import { Menu, MenuItem } from "@/ui/menu";

type MessageMenuProps = {
  readonly message: Message;
  readonly actions: RowActions;
  readonly isMine: boolean;
  readonly isMenuOpen: boolean;
  readonly onMenuChange: (isOpen: boolean) => void;
  readonly onPickerChange: (isOpen: boolean) => void;
};

export function MessageMenu(props: MessageMenuProps) {
  const { message, actions, onPickerChange } = props;
  const react = (emoji: string) => void setReaction(message, emoji, true);
  const smile = (
    <IconButton label="Add reaction">
      <SmilePlus size={16} aria-hidden />
    </IconButton>
  );
  return (
    <div className="absolute -top-4 right-16 z-10 flex rounded-xl md:right-18 border border-line bg-raised p-0.5 shadow-lift">
      {actions.canReact && !message.deleted_at && (
        <EmojiPicker trigger={smile} onPick={react} onOpenChange={onPickerChange} />
      )}
      {actions.canPost && !message.deleted_at && (
        <IconButton label="Reply" onClick={() => actions.onReply(message)}>
          <Reply size={16} aria-hidden />
        </IconButton>
      )}
      <MoreMenu {...props} />
    </div>
  );
}

function MoreMenu({ message, actions, isMine, isMenuOpen, onMenuChange }: MessageMenuProps) {
  const { author_id, room_id } = message;
  const room = useRoom(room_id);
  const canModerate = room !== undefined && may(room, "moderate");
  const isLiving = message.deleted_at === null;
  const canEdit = isLiving && isMine && actions.canEdit;
  const canDelete = isLiving && (isMine ? actions.canDeleteOwn : actions.canDeleteAny);
  const trigger = (
    <IconButton label="More actions">
      <MoreHorizontal size={16} aria-hidden />
    </IconButton>
  );
  return (
    <Menu trigger={trigger} isOpen={isMenuOpen} onOpenChange={onMenuChange}>
      {isLiving && actions.canPost && (
        <MenuItem icon={<Reply size={16} aria-hidden />} onSelect={() => actions.onReply(message)}>
          Reply
        </MenuItem>
      )}
      {canEdit && (
        <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={() => actions.onEdit(message)}>
          Edit
        </MenuItem>
      )}
      {isLiving && message.text && (
        <MenuItem icon={<Copy size={16} aria-hidden />} onSelect={() => copyText(message.text)}>
          Copy text
        </MenuItem>
      )}
      {isLiving && actions.canPin && <PinItem message={message} />}
      <MenuItem icon={<Undo2 size={16} aria-hidden />} onSelect={() => actions.onMarkUnread(message.seq)}>
        Mark unread from here
      </MenuItem>
      {!isMine && isLiving && (
        <MenuItem
          icon={<Flag size={16} aria-hidden />}
          onSelect={() => ask({ kind: "report", userId: author_id, roomId: room_id, message })}
        >
          Report
        </MenuItem>
      )}
      {!isMine && canModerate && (
        <MenuItem
          icon={<Gavel size={16} aria-hidden />}
          onSelect={() => ask({ kind: "decide", userId: author_id, roomId: room_id })}
        >
          Moderate author
        </MenuItem>
      )}
      {!isLiving && canModerate && (
        <MenuItem icon={<RotateCcw size={16} aria-hidden />} onSelect={() => restore(message)}>
          Restore
        </MenuItem>
      )}
      {canDelete && (
        <MenuItem icon={<Trash2 size={16} aria-hidden />} isDanger onSelect={() => actions.onDelete(message)}>
          Delete
        </MenuItem>
      )}
    </Menu>
  );
}

async function restore({ id }: Message): Promise<void> {
  const restored = await attempt(() => restoreMessage(id));
  if (restored) live.update((state) => putAnswer(state, restored));
}

function PinItem({ message }: { readonly message: Message }) {
  const isPinned = message.pinned_by !== null;
  const Icon = isPinned ? PinOff : Pin;
  return (
    <MenuItem icon={<Icon size={16} aria-hidden />} onSelect={() => void setPinned(message, !isPinned)}>
      {isPinned ? "Unpin" : "Pin for everybody"}
    </MenuItem>
  );
}
