import { X } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { type FileKind, listFiles } from "@/api/files";
import type { FileInfo, Message } from "@/api/wire";
import { cx } from "@/lib/class-names";
import { linksIn } from "@/lib/links";
import { navigate, roomPath } from "@/lib/router";
import { dayLabel } from "@/lib/time";
import { attempt } from "@/realtime/actions";
import { putUsers } from "@/realtime/live-state";
import { useLive } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { Button, IconButton } from "@/ui/button";
import { FileCard } from "@/ui/file-card";
import { Lightbox } from "@/ui/lightbox";
import { Picture } from "@/ui/picture";
import { Spinner } from "@/ui/spinner";

type PanelProps = { readonly state: RoomState; readonly onClose: () => void };

const KINDS: readonly (readonly [FileKind, string])[] = [
  ["image", "Images"],
  ["file", "Files"],
  ["link", "Links"],
];

/** What was sent here besides words, newest first. */
export function FilesPanel({ state, onClose }: PanelProps) {
  const [kind, setKind] = useState<FileKind>("image");
  return (
    <aside
      aria-label="Files and links"
      className="fixed inset-0 z-30 flex flex-col bg-canvas pb-[env(safe-area-inset-bottom)] lg:static lg:w-80 lg:border-l lg:border-line"
    >
      <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-4">
        <h2 className="flex-1 font-semibold">Files and links</h2>
        <IconButton label="Close files" onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <fieldset className="flex gap-1 border-b border-line p-2">
        <legend className="sr-only">What to show</legend>
        {KINDS.map(([value, label]) => (
          <button
            key={value}
            type="button"
            aria-pressed={value === kind}
            onClick={() => setKind(value)}
            className={cx(
              "min-h-9 flex-1 rounded-lg text-sm font-medium touch:min-h-11",
              value === kind ? "bg-active text-ink" : "text-soft hover:bg-hover hover:text-ink",
            )}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <Found key={kind} roomId={state.room.id} kind={kind} />
    </aside>
  );
}

function Found({ roomId, kind }: { readonly roomId: string; readonly kind: FileKind }) {
  const { messages, hasBefore, isLoading, load } = useFound(roomId, kind);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-3">
      {kind === "image" ? (
        <Images messages={messages} />
      ) : (
        <ul className="flex flex-col gap-4">
          {messages.map((message) => (
            <li key={message.id} className="flex flex-col gap-1.5">
              {kind === "file" ? <Files message={message} /> : <Links text={message.text} />}
              <Source message={message} />
            </li>
          ))}
        </ul>
      )}
      {isLoading && <Spinner />}
      {!isLoading && messages.length === 0 && (
        <p className="p-3 text-center text-sm text-soft">Nothing yet.</p>
      )}
      {!isLoading && hasBefore && (
        <Button className="mt-3 w-full" onClick={load}>
          Older
        </Button>
      )}
    </div>
  );
}

function useFound(roomId: string, kind: FileKind) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const [hasBefore, setBefore] = useState(false);
  const [isLoading, setLoading] = useState(true);
  const read = useCallback(
    async (before: number | null) => {
      setLoading(true);
      const page = await attempt(() => listFiles(roomId, kind, before));
      setLoading(false);
      if (!page) return;
      useLive.setState((state) => putUsers(state, page.users));
      setMessages((held) => (before === null ? page.messages : [...held, ...page.messages]));
      setBefore(page.has_before);
    },
    [roomId, kind],
  );
  useEffect(() => void read(null), [read]);
  return { messages, hasBefore, isLoading, load: () => void read(messages.at(-1)?.seq ?? null) };
}

function Images({ messages }: { readonly messages: readonly Message[] }) {
  const [open, setOpen] = useState<number | null>(null);
  const pictures = messages.flatMap(({ files }) => files.filter(({ width }) => width > 0));
  return (
    <>
      <div className="grid grid-cols-3 gap-1.5">
        {pictures.map((file: FileInfo, at) => (
          <button
            key={file.id}
            type="button"
            aria-label={`Open ${file.name}`}
            onClick={() => setOpen(at)}
            className="aspect-square overflow-hidden rounded-lg border border-line"
          >
            <Picture file={file} className="size-full object-cover" />
          </button>
        ))}
      </div>
      {open !== null && <Lightbox files={pictures} start={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function Files({ message }: { readonly message: Message }) {
  return message.files.map((file) => <FileCard key={file.id} file={file} />);
}

function Links({ text }: { readonly text: string }) {
  return linksIn(text).map((link) => (
    <a
      key={link}
      href={link}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="block text-sm break-all text-accent hover:underline"
    >
      {link}
    </a>
  ));
}

function Source({ message }: { readonly message: Message }) {
  const name = useLive((live) => nameOf(live.users, message.author_id));
  return (
    <button
      type="button"
      onClick={() => navigate(roomPath(message.room_id, message.seq))}
      className="min-h-6 self-start text-xs text-soft hover:text-ink hover:underline touch:min-h-10"
    >
      {name}, {dayLabel(message.created_at)}
    </button>
  );
}
