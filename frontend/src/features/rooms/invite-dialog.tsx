import { useMemo, useState } from "react";
import { inviteMember } from "@/api/rooms";
import type { User } from "@/api/wire";
import { PeopleSearch } from "@/features/rooms/people-search";
import { attempt } from "@/realtime/actions";
import { changeRoom, putUsers } from "@/realtime/live-state";
import { changeLive } from "@/realtime/live-store";
import { presentMembers } from "@/realtime/naming";
import { putMembers, type RoomState } from "@/realtime/room-state";
import { Dialog } from "@/ui/dialog";

export function InviteDialog({
  state,
  onClose,
}: {
  readonly state: RoomState;
  readonly onClose: () => void;
}) {
  const hidden = useMemo(() => new Set(presentMembers(state).map(({ user_id }) => user_id)), [state]);
  const [invited, setInvited] = useState<readonly string[]>([]);
  const invite = async (user: User) => {
    const member = await attempt(() => inviteMember(state.room.id, user.id));
    if (!member) return;
    changeLive((live) =>
      changeRoom(putUsers(live, [user]), state.room.id, (room) => putMembers(room, [member])),
    );
    setInvited((names) => [...names, user.display_name]);
  };
  return (
    <Dialog
      title={`Invite to ${state.room.name}`}
      description="Choose people to add to this room."
      onClose={onClose}
    >
      <PeopleSearch hidden={hidden} onPick={invite} />
      <p role="status" className="mt-2 text-sm text-soft">
        {invited.length > 0 && `Added: ${invited.join(", ")}`}
      </p>
    </Dialog>
  );
}
