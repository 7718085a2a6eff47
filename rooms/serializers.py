"""Rooms and memberships on the wire (docs/protocol.md, Objects)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from accounts.models import User
from accounts.serializers import UserOut
from core.clock import iso, iso_or_none
from core.wire import Id, In, Limit, Out, Seq
from rooms.models import Membership, Room
from rooms.permissions import Rank, Reasons, admitted, mute_of, rank_of, restrictions, room_capabilities

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Topic = Annotated[str, Meta(max_length=250)]
Posts = Literal["everyone", "moderators"]
RetentionDays = Annotated[int, Meta(ge=0, le=3_650)]
SlowSeconds = Annotated[int, Meta(ge=0, le=21_600)]


class CreateRoomIn(In):
    kind: Literal["public", "private"]
    name: Name
    topic: Topic = ""
    posting: Posts = "everyone"


class UpdateRoomIn(In):
    name: Name | UnsetType = UNSET
    topic: Topic | UnsetType = UNSET
    posting: Posts | UnsetType = UNSET
    slow_seconds: SlowSeconds | UnsetType = UNSET
    retention_days: RetentionDays | UnsetType = UNSET


class DirectRoomIn(In):
    user_ids: Annotated[list[Id], Meta(min_length=1, max_length=10)]


class RoleIn(In):
    role: Literal["owner", "moderator", "member"]


class DirectoryIn(In):
    q: Annotated[str, Meta(max_length=80)] = ""
    cursor: Annotated[str, Meta(max_length=300)] = ""
    limit: Limit = 50


class MembersIn(In):
    cursor: Annotated[str, Meta(max_length=40)] = ""
    limit: Limit = 100


class ReadIn(In):
    seq: Seq
    rewind: bool = False


class RoomOut(Out):
    id: str
    kind: str
    name: str
    topic: str
    picture: str | None
    posting: str
    slow_seconds: int
    retention_days: int
    history_from: int
    archived_at: str | None
    created_at: str
    epoch: str
    rev: int
    settings_rev: int
    last_seq: int
    last_message_at: str | None
    member_count: int
    participants: list[str]
    capabilities: dict[str, dict[str, str | None]]


class MemberOut(Out):
    user_id: str
    role: str
    joined_at: str
    rev: int
    left: bool
    last_read_seq: int
    read_mark: int


class MembershipOut(Out):
    """One's own membership. The counts are there where messages were counted; elsewhere they have not changed."""

    role: str
    rank: Rank
    rev: int
    last_read_seq: int
    read_mark: int
    muted_until: str | None
    posted_at: str | None
    restrictions: dict[str, str | None]
    unread: int | UnsetType = UNSET
    mentions: int | UnsetType = UNSET


class RoomEntryOut(Out):
    room: RoomOut
    membership: MembershipOut


class RoomListOut(Out):
    results: list[RoomEntryOut]
    users: list[UserOut]
    next: str | None


class DirectoryRoomOut(Out):
    id: str
    name: str
    topic: str
    picture: str | None
    member_count: int
    joined: bool


class DirectoryOut(Out):
    results: list[DirectoryRoomOut]
    next: str | None


class MemberListOut(Out):
    results: list[MemberOut]
    users: list[UserOut]
    next: str | None


def room_out(room: Room) -> RoomOut:
    return RoomOut(
        id=str(room.pk),
        kind=room.kind,
        name=room.name,
        topic=room.topic,
        picture=room.picture or None,
        posting=room.posting,
        slow_seconds=room.slow_seconds,
        retention_days=room.retention_days,
        history_from=room.history_from,
        archived_at=iso_or_none(room.archived_at),
        created_at=iso(room.created_at),
        epoch=room.epoch,
        rev=room.rev,
        settings_rev=room.settings_rev,
        last_seq=room.last_seq,
        last_message_at=iso_or_none(room.last_message_at),
        member_count=room.member_count,
        participants=[str(user_id) for user_id in room.participant_ids],
        capabilities=_capabilities(room.kind, room.posting, room.archived_at is not None),
    )


@cache  # a dozen answers for all rooms there are; nobody changes them
def _capabilities(kind: str, posting: str, archived: bool) -> dict[str, dict[str, str | None]]:
    may = room_capabilities(kind=kind, posting=posting, archived=archived)
    return {rank: _texts(reasons) for rank, reasons in may.items()}


def member_out(membership: Membership) -> MemberOut:
    return MemberOut(
        user_id=str(membership.user_id),
        role=membership.role,
        joined_at=iso(membership.joined_at),
        rev=membership.rev,
        left=membership.left_at is not None,
        last_read_seq=membership.last_read_seq,
        read_mark=membership.read_mark,
    )


def membership_out(membership: Membership, user: User, now: datetime) -> MembershipOut:
    """Return `user`'s own view of their membership at `now` (a mute ends by itself)."""
    mute = mute_of(muted_until=membership.muted_until, site_muted_until=user.muted_until, now=now)
    kept = restrictions(mute=mute, suspended=user.is_suspended, closed=admitted(membership.closed))
    return MembershipOut(
        role=membership.role,
        rank=rank_of(membership.role, user.role),
        rev=membership.rev,
        last_read_seq=membership.last_read_seq,
        read_mark=membership.read_mark,
        muted_until=iso_or_none(mute.until if mute is not None else None),
        posted_at=iso_or_none(membership.posted_at),
        restrictions=_texts(kept),
    )


def entry_out(room: Room, membership: Membership, user: User, now: datetime) -> RoomEntryOut:
    return RoomEntryOut(room=room_out(room), membership=membership_out(membership, user, now))


def _texts(reasons: Reasons) -> dict[str, str | None]:
    return {str(name): reason for name, reason in reasons.items()}
