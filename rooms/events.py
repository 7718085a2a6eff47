"""Every event about rooms (docs/protocol.md, Events). Room events are the same for everybody in the room."""

from __future__ import annotations

from typing import Literal, TypedDict

from accounts.serializers import UserOut
from rooms.models import Membership
from rooms.serializers import MemberOut, MembershipOut, RoomEntryOut, RoomOut, member_out


class MemberAdded(TypedDict):
    type: Literal["member.added"]
    room_id: str
    rev: int
    member: MemberOut
    user: UserOut
    member_count: int


class MemberRemoved(TypedDict):
    type: Literal["member.removed"]
    room_id: str
    rev: int
    member: MemberOut
    member_count: int


class MemberUpdated(TypedDict):
    type: Literal["member.updated"]
    room_id: str
    rev: int
    member: MemberOut


class RoomUpdated(TypedDict):
    type: Literal["room.updated"]
    room_id: str
    rev: int
    room: RoomOut


class ReadAdvanced(TypedDict):
    type: Literal["read.advanced"]
    room_id: str
    user_id: str
    last_read_seq: int
    read_mark: int


class RoomAdded(TypedDict):
    type: Literal["room.added"]
    room_id: str
    entry: RoomEntryOut
    users: list[UserOut]


class RoomRemoved(TypedDict):
    type: Literal["room.removed"]
    room_id: str
    reason: Literal["left", "removed", "banned"]


class MembershipUpdated(TypedDict):
    type: Literal["membership.updated"]
    room_id: str
    membership: MembershipOut


def member_added(membership: Membership, user: UserOut, member_count: int) -> MemberAdded:
    return MemberAdded(
        type="member.added",
        room_id=str(membership.room_id),
        rev=membership.rev,
        member=member_out(membership),
        user=user,
        member_count=member_count,
    )


def member_removed(membership: Membership, member_count: int) -> MemberRemoved:
    return MemberRemoved(
        type="member.removed",
        room_id=str(membership.room_id),
        rev=membership.rev,
        member=member_out(membership),
        member_count=member_count,
    )


def member_updated(membership: Membership) -> MemberUpdated:
    return MemberUpdated(
        type="member.updated", room_id=str(membership.room_id), rev=membership.rev, member=member_out(membership)
    )


def room_updated(room: RoomOut) -> RoomUpdated:
    return RoomUpdated(type="room.updated", room_id=room.id, rev=room.settings_rev, room=room)


def read_advanced(membership: Membership) -> ReadAdvanced:
    return ReadAdvanced(
        type="read.advanced",
        room_id=str(membership.room_id),
        user_id=str(membership.user_id),
        last_read_seq=membership.last_read_seq,
        read_mark=membership.read_mark,
    )


def room_added(entry: RoomEntryOut, users: list[UserOut]) -> RoomAdded:
    return RoomAdded(type="room.added", room_id=entry.room.id, entry=entry, users=users)


def room_removed(room_id: int, reason: Literal["left", "removed", "banned"]) -> RoomRemoved:
    return RoomRemoved(type="room.removed", room_id=str(room_id), reason=reason)


def membership_updated(membership: Membership, own: MembershipOut) -> MembershipUpdated:
    return MembershipUpdated(type="membership.updated", room_id=str(membership.room_id), membership=own)
