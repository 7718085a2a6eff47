import { ArrowLeft, Paperclip, Users } from "lucide-react";
import type { ReactNode } from "react";
import { RoomIcon, useRoomTitle } from "@/features/rooms/room-link";
import { RoomMenu, type RoomTools } from "@/features/rooms/room-menu";
import { cx } from "@/lib/class-names";
import { navigate } from "@/lib/router";
import { memberCount } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { IconButton } from "@/ui/button";

type RoomHeaderProps = Omit<RoomTools, "onFiles"> & {
  readonly state: RoomState;
  /** What other features offer for a room. */
  readonly actions: ReactNode;
  readonly panel: Panel;
  readonly onPanel: (panel: Panel) => void;
};

/** What stands beside the conversation. */
export type Panel = "members" | "files" | "pinned" | null;

export function RoomHeader({ state, actions, panel, onPanel, ...tools }: RoomHeaderProps) {
  const title = useRoomTitle(state);
  const { room } = state;
  const toggleFiles = () => onPanel(panel === "files" ? null : "files");
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line px-2 md:gap-2 md:px-5">
      <IconButton label="Back to rooms" className="md:hidden" onClick={() => navigate("/")}>
        <ArrowLeft size={18} aria-hidden />
      </IconButton>
      <RoomIcon state={state} size={26} />
      <div className="min-w-0 flex-1">
        <h1 className="truncate leading-tight font-semibold">{title}</h1>
        {(room.topic || room.archived_at) && (
          <p className="truncate text-xs text-soft" title={room.topic}>
            {room.archived_at ? "Archived" : room.topic}
          </p>
        )}
      </div>
      <IconButton
        label="Files and links"
        aria-expanded={panel === "files"}
        // On a phone the name needs the room: the menu has it too.
        className={cx("max-sm:hidden", panel === "files" && "bg-hover text-ink")}
        onClick={toggleFiles}
      >
        <Paperclip size={16} aria-hidden />
      </IconButton>
      <button
        type="button"
        aria-label={`Members (${memberCount(state)})`}
        aria-expanded={panel === "members"}
        onClick={() => onPanel(panel === "members" ? null : "members")}
        className={cx(
          "inline-flex h-8 items-center gap-1.5 rounded-lg px-2 text-sm text-soft hover:bg-hover hover:text-ink touch:h-11",
          panel === "members" && "bg-hover text-ink",
        )}
      >
        <Users size={16} aria-hidden />
        {memberCount(state)}
      </button>
      {actions}
      <RoomMenu state={state} onFiles={toggleFiles} {...tools} />
    </header>
  );
}
