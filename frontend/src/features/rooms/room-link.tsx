import { Archive, BellOff, Hash, Lock, StickyNote, Users } from "lucide-react";
import type { MouseEvent } from "react";
import type { Id } from "@/api/wire";
import { cx } from "@/lib/class-names";
import { navigate, roomPath } from "@/lib/router";
import { forMe, isHeard } from "@/realtime/attention";
import { useLive, useMyId } from "@/realtime/live-store";
import { nameOf, othersIn, roomTitle } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { UNREAD_CAP } from "@/realtime/unread";
import { Avatar } from "@/ui/avatar";

type RoomLinkProps = { readonly state: RoomState; readonly isCurrent: boolean };

export function RoomLink({ state, isCurrent }: RoomLinkProps) {
  const { room, membership } = state;
  const title = useRoomTitle(state);
  const isUnread = membership.unread > 0;
  const isSilent = useLive(({ wishes }) => !isHeard(wishes, room, Date.now()));
  const isLoud = isUnread && !isCurrent && !isSilent;
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate(roomPath(room.id));
  };
  return (
    <a
      href={roomPath(room.id)}
      onClick={follow}
      data-testid="room-link"
      data-room-id={room.id}
      aria-current={isCurrent ? "page" : undefined}
      className={cx(
        "flex h-8 items-center gap-2.5 rounded-lg px-2 text-[15px] touch:h-11",
        isCurrent ? "bg-active" : "hover:bg-hover hover:text-ink",
        isCurrent || isLoud ? "text-ink" : "text-soft",
        isLoud && "font-semibold",
        room.archived_at && "italic opacity-70",
      )}
    >
      <RoomIcon state={state} />
      <span className="min-w-0 flex-1 truncate">{title}</span>
      {isSilent && <BellOff size={14} aria-label="Silent" className="shrink-0 opacity-70" />}
      {isUnread && <Badge unread={membership.unread} mentions={forMe(state)} />}
    </a>
  );
}

export function useRoomTitle({ room }: RoomState): string {
  const me = useMyId();
  return useLive((live) => roomTitle(room, live.users, me));
}

function Badge({ unread, mentions }: { readonly unread: number; readonly mentions: number }) {
  if (mentions === 0) {
    return (
      <span className="size-2 rounded-full bg-accent">
        <span className="sr-only">{capped(unread)} unread</span>
      </span>
    );
  }
  return (
    <span className="min-w-5 rounded-full bg-accent px-1.5 text-center text-xs leading-5 font-semibold text-accent-ink">
      {capped(mentions)}
      <span className="sr-only"> for you, {capped(unread)} unread</span>
    </span>
  );
}

function capped(count: number): string {
  return count >= UNREAD_CAP ? "99+" : String(count);
}

export function RoomIcon({ state, size = 20 }: { readonly state: RoomState; readonly size?: number }) {
  const me = useMyId();
  const { room } = state;
  const others = othersIn(room, me);
  if (room.archived_at) return <Archive size={16} aria-hidden className="mx-0.5 shrink-0" />;
  if (room.picture) {
    return <Avatar key={room.picture} name={room.name} color="#8a8580" image={room.picture} size={size} />;
  }
  if (room.kind === "public") return <Hash size={16} aria-label="Public" className="mx-0.5 shrink-0" />;
  if (room.kind === "private") return <Lock size={16} aria-label="Private" className="mx-0.5 shrink-0" />;
  if (others.length === 1) return <PersonIcon userId={others[0] ?? ""} size={size} />;
  const Icon = others.length === 0 ? StickyNote : Users;
  return <Icon size={16} aria-hidden className="mx-0.5 shrink-0" />;
}

function PersonIcon({ userId, size }: { readonly userId: Id; readonly size: number }) {
  const name = useLive((live) => nameOf(live.users, userId));
  const color = useLive((live) => live.users[userId]?.avatar_color ?? "#8a8580");
  const status = useLive((live) => live.presence[userId] ?? "offline");
  const image = useLive((live) => live.users[userId]?.avatar);
  return <Avatar name={name} color={color} image={image} size={size} status={status} />;
}
