import { useMemo } from "react";
import type { Id } from "@/api/wire";
import type { Row } from "@/features/timeline/rows";
import { useLive } from "@/realtime/live-store";
import { nameOf, presentMembers } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { Avatar } from "@/ui/avatar";

const LARGEST_ROOM = 100;
const RECENT = 30;
const FACES = 5;

/** Who has read up to which of the latest messages: row key → people. */
export function useSeenBy(
  state: RoomState,
  rows: readonly Row[],
  me: Id,
): ReadonlyMap<string, readonly Id[]> {
  return useMemo(() => {
    const seen = new Map<string, Id[]>();
    if (state.room.member_count > LARGEST_ROOM) return seen;
    const recent = rows
      .slice(-RECENT)
      .filter((row) => row.delivery === "sent")
      .reverse();
    for (const { user_id, last_read_seq } of presentMembers(state)) {
      const row = recent.find(({ message }) => message.seq <= last_read_seq);
      if (row && user_id !== me && row.message.author_id !== user_id)
        seen.set(row.key, [...(seen.get(row.key) ?? []), user_id]);
    }
    return seen;
  }, [state, rows, me]);
}

export function SeenBy({ userIds }: { readonly userIds: readonly Id[] }) {
  const users = useLive((state) => state.users);
  const names = new Intl.ListFormat("en").format(userIds.map((id) => nameOf(users, id)));
  return (
    <details
      data-testid="seen-by"
      title={`Seen by ${names}`}
      className="group/seen mt-0.5 text-right text-xs text-soft"
    >
      <summary
        aria-label={`Seen by ${names}`}
        className="ml-auto flex min-h-6 w-fit cursor-pointer list-none items-center justify-end gap-0.5"
      >
        {userIds.slice(0, FACES).map((id) => (
          <Avatar key={id} name={nameOf(users, id)} color={users[id]?.avatar_color ?? "#8a8580"} size={16} />
        ))}
        {userIds.length > FACES && <span className="ml-1">+{userIds.length - FACES}</span>}
      </summary>
      Seen by {names}
    </details>
  );
}
