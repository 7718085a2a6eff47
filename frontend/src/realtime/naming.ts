import type { Capability, Id, Member, Room, User } from "@/api/wire";
import type { RoomState } from "@/realtime/room-state";

type Users = Readonly<Record<Id, User>>;

export function nameOf(users: Users, userId: Id): string {
  return users[userId]?.display_name || users[userId]?.username || "Somebody";
}

/** A direct room is called after the others in it. */
export function roomTitle(room: Room, users: Users, me: Id): string {
  if (room.kind !== "direct") return room.name;
  const others = othersIn(room, me);
  return others.length === 0 ? "Notes to self" : others.map((id) => nameOf(users, id)).join(", ");
}

export function othersIn(room: Room, me: Id): readonly Id[] {
  return room.participants.filter((id) => id !== me);
}

/** null when it may be done, else the reason's code. */
export function denial({ room, membership }: RoomState, capability: Capability): string | null {
  const restricted = membership.restrictions[capability];
  if (restricted) return restricted;
  const row = room.capabilities[membership.rank];
  return capability in row ? (row[capability] ?? null) : "forbidden";
}

export function may(state: RoomState, capability: Capability): boolean {
  return denial(state, capability) === null;
}

export function presentMembers(state: RoomState): Member[] {
  return [...state.members.values()].filter((member) => !member.left);
}

export function memberCount(state: RoomState): number {
  return state.membersLoaded ? presentMembers(state).length : state.room.member_count;
}

const REASONS: Readonly<Record<string, string>> = {
  "room.archived": "This room is archived.",
  "room.read_only": "Only moderators may post here.",
  "room.not_moderator": "Only moderators may do this.",
  "room.not_owner": "Only owners may do this.",
  "room.is_direct": "This is not possible in a direct conversation.",
  "room.last_owner": "The room needs an owner: make somebody else one first.",
  "member.muted": "You are muted here.",
  "user.blocked": "You have blocked this person.",
  "user.deleted": "This person has deleted their account.",
  "user.unavailable": "You cannot write to this person.",
  "user.muted": "You are muted on this site.",
  "user.suspended": "Your account is suspended.",
};

export function reasonText(code: string): string {
  return REASONS[code] ?? "You may not do this here.";
}
