import type { Id, User } from "@/api/wire";
import { likeness } from "@/features/search/fuzzy";
import { othersIn, roomTitle } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";

export type Destination =
  | { readonly kind: "room"; readonly key: string; readonly title: string; readonly state: RoomState }
  | { readonly kind: "person"; readonly key: string; readonly title: string; readonly user: User };

type Known = {
  readonly rooms: readonly RoomState[];
  readonly users: Readonly<Record<Id, User>>;
  readonly people: readonly User[];
  readonly me: Id;
};

const MOST = 12;
const UNREAD = 1;

/** Where one could go: the rooms that fit, recent ones first, then people without a conversation yet. */
export function destinations(query: string, known: Known): Destination[] {
  const { rooms, users, people, me } = known;
  const talked = new Set(
    rooms.flatMap(({ room }) => alone(room.kind === "direct" ? othersIn(room, me) : [])),
  );
  const places: Destination[] = [...rooms].sort(byRecency).map((state) => ({
    kind: "room",
    key: state.room.id,
    title: roomTitle(state.room, users, me),
    state,
  }));
  const persons: Destination[] = people
    .filter(({ id }) => id !== me && !talked.has(id))
    .map((user) => ({ kind: "person", key: `user-${user.id}`, title: user.display_name, user }));
  const scored = [...places, ...(query.trim() === "" ? [] : persons)].flatMap((one) => {
    const score = bestFit(query, one, users, me);
    return score === null ? [] : [{ one, score: score + bonus(one) }];
  });
  // A stable sort: what fits as well stays in its order.
  return scored
    .sort((left, right) => Math.round(right.score) - Math.round(left.score))
    .slice(0, MOST)
    .map(({ one }) => one);
}

function bestFit(query: string, one: Destination, users: Known["users"], me: Id): number | null {
  const names =
    one.kind === "person"
      ? [one.title, one.user.username]
      : [one.title, ...othersIn(one.state.room, me).map((id) => users[id]?.username ?? "")];
  const fits = names.map((name) => likeness(query, name)).filter((score) => score !== null);
  return fits.length === 0 ? null : Math.max(...fits);
}

function bonus(one: Destination): number {
  if (one.kind === "person") return 0;
  return (one.state.membership.unread > 0 ? UNREAD : 0) - (one.state.room.archived_at ? 3 : 0);
}

function alone(ids: readonly Id[]): readonly Id[] {
  return ids.length === 1 ? ids : [];
}

function byRecency({ room: left }: RoomState, { room: right }: RoomState): number {
  return (right.last_message_at ?? right.created_at).localeCompare(left.last_message_at ?? left.created_at);
}
