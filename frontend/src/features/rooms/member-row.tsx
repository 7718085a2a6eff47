import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { changeRole, openDirect, removeMember } from "@/api/rooms";
import type { Member, RoomRole } from "@/api/wire";
import { BlockDialog } from "@/features/rooms/block-dialog";
import { BlockItem } from "@/features/rooms/block-item";
import { navigate, roomPath } from "@/lib/router";
import { adoptRoom, attempt } from "@/realtime/actions";
import { ask } from "@/realtime/asked";
import { changeRoom } from "@/realtime/live-state";
import { changeLive, useLive, useMyId, useUser } from "@/realtime/live-store";
import { may, nameOf } from "@/realtime/naming";
import { putMembers, type RoomState } from "@/realtime/room-state";
import { Avatar } from "@/ui/avatar";
import { IconButton } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Menu, MenuItem, MenuSeparator } from "@/ui/menu";

type MemberRowProps = { readonly state: RoomState; readonly member: Member };

export function MemberRow({ state, member }: MemberRowProps) {
  const me = useMyId();
  const user = useUser(member.user_id);
  const name = useLive((live) => nameOf(live.users, member.user_id));
  const status = useLive((live) => live.presence[member.user_id] ?? "offline");
  return (
    <li className="group flex items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-hover">
      <Avatar
        name={name}
        color={user?.avatar_color ?? "#8a8580"}
        image={user?.avatar}
        size={32}
        status={status}
      />
      <div className="min-w-0 flex-1 leading-tight">
        <p className="truncate text-sm font-medium">
          {name}
          {member.user_id === me && <span className="font-normal text-soft"> (you)</span>}
        </p>
        <p className="truncate text-xs text-soft">{user?.status_text || `@${user?.username ?? ""}`}</p>
      </div>
      {member.role !== "member" && (
        <span className="rounded-full bg-accent-wash px-2 py-0.5 text-xs text-accent">{member.role}</span>
      )}
      {member.user_id !== me && <MemberMenu state={state} member={member} name={name} />}
    </li>
  );
}

const ROLES: readonly RoomRole[] = ["owner", "moderator", "member"];

function MemberMenu({ state, member, name }: MemberRowProps & { readonly name: string }) {
  const [isRemoving, setRemoving] = useState(false);
  const [isBlocking, setBlocking] = useState(false);
  const roomId = state.room.id;
  const message = async () => {
    const entry = await attempt(() => openDirect([member.user_id]));
    if (!entry) return;
    adoptRoom(entry);
    navigate(roomPath(entry.room.id));
  };
  const setRole = async (role: RoomRole) => {
    const changed = await attempt(() => changeRole(roomId, member.user_id, role));
    if (changed) changeLive((live) => changeRoom(live, roomId, (room) => putMembers(room, [changed])));
  };
  const trigger = (
    <IconButton label={`Actions for ${name}`}>
      <MoreHorizontal size={16} aria-hidden />
    </IconButton>
  );
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem onSelect={message}>Message</MenuItem>
        {may(state, "change_roles") && (
          <>
            <MenuSeparator />
            {ROLES.filter((role) => role !== member.role).map((role) => (
              <MenuItem key={role} onSelect={() => setRole(role)}>
                Make {role}
              </MenuItem>
            ))}
          </>
        )}
        <MenuSeparator />
        <MenuItem onSelect={() => ask({ kind: "report", userId: member.user_id, roomId, message: null })}>
          Report
        </MenuItem>
        {may(state, "moderate") && (
          <MenuItem onSelect={() => ask({ kind: "decide", userId: member.user_id, roomId })}>
            Moderate
          </MenuItem>
        )}
        {may(state, "remove_member") && (
          <MenuItem isDanger onSelect={() => setRemoving(true)}>
            Remove from room
          </MenuItem>
        )}
        <MenuSeparator />
        <BlockItem userId={member.user_id} onBlock={() => setBlocking(true)} />
      </Menu>
      {isBlocking && <BlockDialog userId={member.user_id} onClose={() => setBlocking(false)} />}
      {isRemoving && (
        <Confirm
          title={`Remove ${name}?`}
          text={`${name} will no longer see ${state.room.name}.`}
          action="Remove"
          onConfirm={() => attempt(() => removeMember(roomId, member.user_id))}
          onClose={() => setRemoving(false)}
        />
      )}
    </>
  );
}
