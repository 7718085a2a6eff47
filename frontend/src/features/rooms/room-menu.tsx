import {
  Archive,
  ArchiveRestore,
  CalendarDays,
  LogOut,
  MoreHorizontal,
  Paperclip,
  Pin,
  Search,
  Settings2,
  UserPlus,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { archiveRoom, leaveRoom } from "@/api/rooms";
import type { Id } from "@/api/wire";
import { BlockDialog } from "@/features/rooms/block-dialog";
import { BlockItem } from "@/features/rooms/block-item";
import { navigate } from "@/lib/router";
import { attempt, dropRoom, showRoom } from "@/realtime/actions";
import { useMyId } from "@/realtime/live-store";
import { may, othersIn } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { IconButton } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Menu, MenuItem } from "@/ui/menu";

const SettingsDialog = lazy(() =>
  import("@/features/rooms/settings-dialog").then((m) => ({ default: m.SettingsDialog })),
);
const InviteDialog = lazy(() =>
  import("@/features/rooms/invite-dialog").then((m) => ({ default: m.InviteDialog })),
);

type Open = "settings" | "invite" | "leave" | "block" | null;

export type RoomTools = {
  readonly onFiles: () => void;
  readonly onPinned: () => void;
  readonly onSearch: () => void;
  readonly onDate: () => void;
};

export function RoomMenu({ state, ...tools }: RoomTools & { readonly state: RoomState }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const partner = usePartner(state);
  const trigger = (
    <IconButton label="Room menu">
      <MoreHorizontal size={18} aria-hidden />
    </IconButton>
  );
  return (
    <>
      <Menu trigger={trigger}>
        <Tools {...tools} />
        <Items state={state} partner={partner} onOpen={setOpen} />
      </Menu>
      <Suspense fallback={null}>
        {open === "settings" && <SettingsDialog state={state} onClose={close} />}
        {open === "invite" && <InviteDialog state={state} onClose={close} />}
      </Suspense>
      {open === "block" && <BlockDialog userId={partner ?? ""} onClose={close} />}
      {open === "leave" && <LeaveDialog state={state} onClose={close} />}
    </>
  );
}

function Tools({ onFiles, onPinned, onSearch, onDate }: RoomTools) {
  return (
    <>
      <MenuItem icon={<Paperclip size={16} aria-hidden />} onSelect={onFiles}>
        Files and links
      </MenuItem>
      <MenuItem icon={<Pin size={16} aria-hidden />} onSelect={onPinned}>
        Pinned messages
      </MenuItem>
      <MenuItem icon={<Search size={16} aria-hidden />} onSelect={onSearch}>
        Search here
      </MenuItem>
      <MenuItem icon={<CalendarDays size={16} aria-hidden />} onSelect={onDate}>
        Jump to date
      </MenuItem>
    </>
  );
}

type ItemsProps = {
  readonly state: RoomState;
  readonly partner: Id | undefined;
  readonly onOpen: (dialog: Open) => void;
};

function Items({ state, partner, onOpen }: ItemsProps) {
  const isArchived = state.room.archived_at !== null;
  const archive = async () => {
    const changed = await attempt(() => archiveRoom(state.room.id, !isArchived));
    if (changed) showRoom(changed);
  };
  return (
    <>
      {may(state, "change_settings") && (
        <MenuItem icon={<Settings2 size={16} aria-hidden />} onSelect={() => onOpen("settings")}>
          Name, topic, posting
        </MenuItem>
      )}
      {may(state, "invite") && (
        <MenuItem icon={<UserPlus size={16} aria-hidden />} onSelect={() => onOpen("invite")}>
          Invite people
        </MenuItem>
      )}
      {may(state, "archive") && (
        <MenuItem icon={isArchived ? <ArchiveRestore size={16} /> : <Archive size={16} />} onSelect={archive}>
          {isArchived ? "Unarchive" : "Archive"}
        </MenuItem>
      )}
      {may(state, "leave") && (
        <MenuItem icon={<LogOut size={16} aria-hidden />} isDanger onSelect={() => onOpen("leave")}>
          Leave room
        </MenuItem>
      )}
      {partner && <BlockItem userId={partner} onBlock={() => onOpen("block")} />}
    </>
  );
}

/** The other one, in a conversation of two. */
function usePartner({ room }: RoomState): Id | undefined {
  const me = useMyId();
  return room.kind === "direct" && room.participants.length === 2 ? othersIn(room, me)[0] : undefined;
}

function LeaveDialog({ state, onClose }: { readonly state: RoomState; readonly onClose: () => void }) {
  const { room } = state;
  const leave = () =>
    attempt(async () => {
      await leaveRoom(room.id);
      dropRoom(room.id);
      navigate("/");
    });
  const text = room.kind === "private" ? "You need an invitation to come back." : "You can join again later.";
  return (
    <Confirm title={`Leave ${room.name}?`} text={text} action="Leave" onConfirm={leave} onClose={onClose} />
  );
}
