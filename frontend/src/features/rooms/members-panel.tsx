import { UserPlus, X } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import type { Member } from "@/api/wire";
import { MemberRow } from "@/features/rooms/member-row";
import { attempt, loadMembers, loadPresence } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { may, memberCount, nameOf, presentMembers } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { Button, IconButton } from "@/ui/button";

const InviteDialog = lazy(() =>
  import("@/features/rooms/invite-dialog").then((m) => ({ default: m.InviteDialog })),
);

const RANKS = { owner: 0, moderator: 1, member: 2 } as const;

export function MembersPanel({
  state,
  onClose,
}: {
  readonly state: RoomState;
  readonly onClose: () => void;
}) {
  const users = useLive((live) => live.users);
  const [isInviting, setInviting] = useState(false);
  useMembers(state);
  const members = useMemo(() => {
    const name = (member: Member) => nameOf(users, member.user_id);
    return presentMembers(state).sort(
      (left, right) => RANKS[left.role] - RANKS[right.role] || name(left).localeCompare(name(right)),
    );
  }, [state, users]);

  return (
    <aside
      aria-label="Members"
      className="fixed inset-0 z-30 flex flex-col bg-canvas pb-[env(safe-area-inset-bottom)] lg:static lg:w-72 lg:border-l lg:border-line"
    >
      <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-4">
        <h2 className="flex-1 font-semibold">
          Members <span className="font-normal text-soft">{memberCount(state)}</span>
        </h2>
        <IconButton label="Close members" onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <ul className="min-h-0 flex-1 overflow-y-auto p-2">
        {members.map((member) => (
          <MemberRow key={member.user_id} state={state} member={member} />
        ))}
      </ul>
      {may(state, "invite") && (
        <div className="border-t border-line p-3">
          <Button className="w-full" onClick={() => setInviting(true)}>
            <UserPlus size={16} aria-hidden />
            Invite people
          </Button>
        </div>
      )}
      <Suspense fallback={null}>
        {isInviting && <InviteDialog state={state} onClose={() => setInviting(false)} />}
      </Suspense>
    </aside>
  );
}

function useMembers({ room, membersLoaded }: RoomState): void {
  const isLive = useLive((live) => live.phase.name === "live");
  useEffect(() => {
    if (!membersLoaded) void attempt(() => loadMembers(room.id));
  }, [room.id, membersLoaded]);
  useEffect(() => {
    if (isLive) void loadPresence(room.id);
  }, [room.id, isLive]);
}
