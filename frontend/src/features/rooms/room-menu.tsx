import { Archive, ArchiveRestore, LogOut, MoreHorizontal, Settings2, UserPlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { archiveRoom, leaveRoom } from "@/api/rooms";
import { navigate } from "@/lib/router";
import { attempt, dropRoom, showRoom } from "@/realtime/actions";
import { may } from "@/realtime/naming";
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

type Open = "settings" | "invite" | "leave" | null;

export function RoomMenu({ state }: { readonly state: RoomState }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const isArchived = state.room.archived_at !== null;
  const archive = async () => {
    const changed = await attempt(() => archiveRoom(state.room.id, !isArchived));
    if (changed) showRoom(changed);
  };
  if (!["change_settings", "invite", "archive", "leave"].some((name) => may(state, name as "leave")))
    return null;
  const trigger = (
    <IconButton label="Room menu">
      <MoreHorizontal size={18} aria-hidden />
    </IconButton>
  );
  return (
    <>
      <Menu trigger={trigger}>
        {may(state, "change_settings") && (
          <MenuItem icon={<Settings2 size={16} aria-hidden />} onSelect={() => setOpen("settings")}>
            Name, topic, posting
          </MenuItem>
        )}
        {may(state, "invite") && (
          <MenuItem icon={<UserPlus size={16} aria-hidden />} onSelect={() => setOpen("invite")}>
            Invite people
          </MenuItem>
        )}
        {may(state, "archive") && (
          <MenuItem
            icon={isArchived ? <ArchiveRestore size={16} /> : <Archive size={16} />}
            onSelect={archive}
          >
            {isArchived ? "Unarchive" : "Archive"}
          </MenuItem>
        )}
        {may(state, "leave") && (
          <MenuItem icon={<LogOut size={16} aria-hidden />} isDanger onSelect={() => setOpen("leave")}>
            Leave room
          </MenuItem>
        )}
      </Menu>
      <Suspense fallback={null}>
        {open === "settings" && <SettingsDialog state={state} onClose={close} />}
        {open === "invite" && <InviteDialog state={state} onClose={close} />}
      </Suspense>
      {open === "leave" && <LeaveDialog state={state} onClose={close} />}
    </>
  );
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
