import { useMemo } from "react";
import type { Id } from "@/api/wire";
import type { Row } from "@/features/timeline/rows";
import { useLive } from "@/realtime/live-store";
import { nameOf, presentMembers } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { reachesPresent } from "@/realtime/timeline";
import { Avatar } from "@/ui/avatar";

const LARGEST_ROOM = 100;
const RECENT = 30;
/** As many as fit in the space that every row keeps free for them. */
const FACES = 3;

/** Who has read up to which of the latest messages: row key → people. */
export function useSeenBy(
  state: RoomState,
  rows: readonly Row[],
  me: Id,
): ReadonlyMap<string, readonly Id[]> {
  return useMemo(() => {
    const seen = new Map<string, Id[]>();
    if (state.room.member_count > LARGEST_ROOM || !reachesPresent(state.timeline)) return seen;
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

/** Laid over the row's end: a receipt that arrives moves nothing. */
export function SeenBy({ userIds }: { readonly userIds: readonly Id[] }) {
  const users = useLive((state) => state.users);
  const faces = userIds.length > FACES ? userIds.slice(0, FACES - 1) : userIds;
  const names = new Intl.ListFormat("en").format(userIds.map((id) => nameOf(users, id)));
  return (
    <details
      data-testid="seen-by"
      title={`Seen by ${names}`}
      className="absolute right-2 bottom-0.5 text-xs text-soft md:right-4"
    >
      <summary
        aria-label={`Seen by ${names}`}
        className="flex h-6 cursor-pointer list-none items-center justify-end"
      >
        {faces.map((id) => (
          <Avatar
            key={id}
            name={nameOf(users, id)}
            color={users[id]?.avatar_color ?? "#8a8580"}
            image={users[id]?.avatar}
            size={16}
          />
        ))}
        {userIds.length > faces.length && <span className="ml-0.5">+{userIds.length - faces.length}</span>}
      </summary>
      <p className="absolute right-0 bottom-full z-20 w-max max-w-60 rounded-lg border border-line bg-raised px-2.5 py-1.5 text-ink shadow-lift">
        Seen by {names}
      </p>
    </details>
  );
}
