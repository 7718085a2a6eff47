import { useQuery } from "@tanstack/react-query";
import { PinOff, X } from "lucide-react";
import { useEffect } from "react";
import { listPinned } from "@/api/search";
import type { Message } from "@/api/wire";
import { navigate, roomPath } from "@/lib/router";
import { clockTime, dayLabel, exactTime } from "@/lib/time";
import { useMedia } from "@/lib/use-media";
import { explain, setPinned } from "@/realtime/actions";
import { putUsers } from "@/realtime/live-state";
import { changeLive, useLive } from "@/realtime/live-store";
import { may, nameOf } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { Button, IconButton } from "@/ui/button";
import { FileCard } from "@/ui/file-card";
import { Markdown } from "@/ui/markdown-view";
import { Spinner } from "@/ui/spinner";

type PinnedPanelProps = { readonly state: RoomState; readonly onClose: () => void };

export function PinnedPanel({ state, onClose }: PinnedPanelProps) {
  const covers = !useMedia("(min-width: 64rem)");
  const pinned = useQuery({
    // Asked anew whenever something was pinned or unpinned, edited or deleted here.
    queryKey: ["pinned", state.room.id, state.pinsRev],
    queryFn: () => listPinned(state.room.id),
    placeholderData: (before) => before,
    staleTime: 0,
  });
  const users = pinned.data?.users;
  useEffect(() => {
    if (users) changeLive((live) => putUsers(live, users));
  }, [users]);
  const found = pinned.data?.results ?? [];
  return (
    <aside
      aria-label="Pinned messages"
      className="fixed inset-0 z-30 flex flex-col bg-canvas pt-[env(safe-area-inset-top)] pb-[env(safe-area-inset-bottom)] lg:static lg:w-96 lg:shrink-0 lg:border-l lg:border-line"
    >
      <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-4">
        <h2 className="flex-1 font-semibold">Pinned messages</h2>
        <IconButton label="Close pinned messages" onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      {pinned.isPending && <Spinner label="Loading pinned messages" />}
      {pinned.isError && (
        <p role="alert" className="p-4 text-sm text-danger">
          {explain(pinned.error) ?? pinned.error.message}
        </p>
      )}
      {pinned.isSuccess && found.length === 0 && (
        <p className="p-4 text-sm text-soft">
          Nothing is pinned here. {may(state, "pin") && "A message’s menu pins it for everybody."}
        </p>
      )}
      <ul className="min-h-0 flex-1 overflow-y-auto">
        {found.map((message) => (
          <li key={message.id} className="border-b border-line p-4">
            <PinnedMessage message={message} canPin={may(state, "pin")} onOpen={() => covers && onClose()} />
          </li>
        ))}
      </ul>
    </aside>
  );
}

type PinnedMessageProps = {
  readonly message: Message;
  readonly canPin: boolean;
  readonly onOpen: () => void;
};

function PinnedMessage({ message, canPin, onOpen }: PinnedMessageProps) {
  const name = useLive((live) => nameOf(live.users, message.author_id));
  const by = useLive((live) => nameOf(live.users, message.pinned_by ?? ""));
  const open = () => {
    navigate(roomPath(message.room_id, message.seq));
    onOpen();
  };
  return (
    <article aria-label={`Pinned message by ${name}`}>
      <p className="flex items-baseline gap-2">
        <span className="truncate font-semibold">{name}</span>
        <time
          dateTime={message.created_at}
          title={exactTime(message.created_at)}
          className="text-xs text-soft"
        >
          {dayLabel(message.created_at)}, {clockTime(message.created_at)}
        </time>
      </p>
      <div className="max-h-60 overflow-y-auto">
        <Markdown source={message.text} renderMention={(mentioned) => `@${mentioned}`} />
        {message.files.map((file) => (
          <FileCard key={file.id} file={file} />
        ))}
      </div>
      <p className="mt-2 flex items-center gap-2 text-xs text-soft">
        <span className="min-w-0 flex-1 truncate">Pinned by {by}</span>
        {canPin && (
          <IconButton label="Unpin" onClick={() => void setPinned(message, false)}>
            <PinOff size={16} aria-hidden />
          </IconButton>
        )}
        <Button onClick={open}>Show</Button>
      </p>
    </article>
  );
}
