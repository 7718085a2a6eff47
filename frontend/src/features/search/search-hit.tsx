import { FileText, Image, Link2, Pin } from "lucide-react";
import type { MouseEvent } from "react";
import type { Hit } from "@/api/search";
import { marked } from "@/features/search/marked";
import { navigate, roomPath } from "@/lib/router";
import { clockTime, dayLabel, exactTime } from "@/lib/time";
import { useLive, useMyId, useUser } from "@/realtime/live-store";
import { nameOf, roomTitle } from "@/realtime/naming";
import { Avatar } from "@/ui/avatar";

type SearchHitProps = { readonly hit: Hit; readonly onOpen: () => void };

export function SearchHit({ hit, onOpen }: SearchHitProps) {
  const me = useMyId();
  const author = useUser(hit.author_id);
  const name = useLive((live) => nameOf(live.users, hit.author_id));
  const room = useLive((live) => {
    const state = live.rooms[hit.room_id];
    return state ? roomTitle(state.room, live.users, me) : "";
  });
  const path = roomPath(hit.room_id, hit.seq);
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate(path);
    onOpen();
  };
  return (
    <a
      href={path}
      onClick={follow}
      data-testid="search-hit"
      className="flex gap-3 rounded-lg px-3 py-2.5 hover:bg-hover"
    >
      <Avatar name={name} color={author?.avatar_color ?? "#8a8580"} image={author?.avatar} size={28} />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2 text-sm leading-snug">
          <span className="truncate font-semibold">{name}</span>
          <span className="min-w-0 flex-1 truncate text-xs text-soft">{room}</span>
          <time
            dateTime={hit.created_at}
            title={exactTime(hit.created_at)}
            className="shrink-0 text-xs text-soft"
          >
            {dayLabel(hit.created_at)}, {clockTime(hit.created_at)}
          </time>
        </p>
        <Snippet hit={hit} />
        <Marks hit={hit} />
      </div>
    </a>
  );
}

function Snippet({ hit }: { readonly hit: Hit }) {
  return (
    <p className="text-[15px] break-words whitespace-pre-line">
      {hit.cut_before && "… "}
      {marked(hit.text, hit.found).map((part) =>
        part.isFound ? (
          <mark key={part.start} className="rounded-sm bg-mention-wash text-ink">
            {part.text}
          </mark>
        ) : (
          <span key={part.start}>{part.text}</span>
        ),
      )}
      {hit.cut_after && " …"}
    </p>
  );
}

const ICONS = { file: FileText, image: Image, link: Link2 } as const;

function Marks({ hit }: { readonly hit: Hit }) {
  const shown = hit.has.includes("image") ? hit.has.filter((kind) => kind !== "file") : hit.has;
  if (shown.length === 0 && !hit.pinned) return null;
  return (
    <p className="flex gap-2 pt-0.5 text-soft">
      {hit.pinned && <Pin size={13} aria-label="Pinned" />}
      {shown.map((kind) => {
        const Icon = ICONS[kind];
        return <Icon key={kind} size={13} aria-label={`Has ${kind}`} />;
      })}
    </p>
  );
}
