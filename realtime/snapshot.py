"""`ready`: everything a client needs to start or to go on, read after its socket has joined its topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from accounts.models import AuthSession, User
from accounts.serializers import MeOut, UserOut, me_out, user_out
from accounts.services.blocks import blocked_by_each
from accounts.services.remembered import remembered_sessions
from core import clock
from core.errors import AppError
from core.wire import Out, encode
from messaging.services.history import count_up_to
from realtime.sockets import Socket
from rooms.heads import Head
from rooms.models import Membership, Room
from rooms.serializers import MembershipOut, membership_out, room_out
from rooms.services.counter import raise_heads

MOST_MEMBERS_SEEING_PRESENCE = 500
FRESH = timedelta(seconds=60)  # as long as the sweep may still find a change and tell it again
NONE: frozenset[Any] = frozenset()  # one for all sockets: an empty set of its own takes 216 bytes


class EntryOut(Out):
    """As `RoomEntryOut`, with the room encoded already: it is the same for everybody who is in it."""

    room: msgspec.Raw
    membership: MembershipOut


class ReadyOut(Out, tag_field="type", tag="ready"):
    user: MeOut
    session_id: str
    server_time: str
    rooms: list[EntryOut]
    users: list[UserOut]
    presence: dict[str, str]
    blocked: list[str]


class Snapshot(NamedTuple):
    """`heads`: the (rev, epoch) of each room in it."""

    ready: ReadyOut
    heads: dict[int, tuple[int, str]]


def all_ready(sockets: Sequence[Socket]) -> list[Snapshot | Exception]:
    """Return the snapshot of each, or the refusal when its sign-in has ended meanwhile. The queries are for all at once.

    Raises the rooms' stamps too, should their writer not have reached Redis.
    """
    signed_in = remembered_sessions.of_all([(socket.session.pk, socket.user.pk) for socket in sockets])
    memberships: dict[int, list[Membership]] = {socket.user.pk: [] for socket in sockets}
    for membership in Membership.objects.filter(user_id__in=set(memberships), left_at=None):
        memberships[membership.user_id].append(membership)
    rooms = Room.objects.in_bulk({membership.room_id for mine in memberships.values() for membership in mine})
    raise_heads({room.pk: Head(room.rev, room.access_rev) for room in rooms.values()})
    encoded = {room.pk: msgspec.Raw(encode(room_out(room))) for room in rooms.values()}
    people = User.objects.in_bulk({user_id for room in rooms.values() for user_id in room.participant_ids})
    blocked = blocked_by_each(memberships)
    return [
        found
        if isinstance(found, AppError)
        else _snapshot(socket, *found, memberships[socket.user.pk], rooms, encoded, people, blocked[socket.user.pk])
        for socket, found in zip(sockets, signed_in, strict=True)
    ]


def _snapshot(
    socket: Socket,
    session: AuthSession,
    user: User,
    memberships: Sequence[Membership],
    rooms: Mapping[int, Room],
    encoded: Mapping[int, msgspec.Raw],
    people: Mapping[int, User],
    blocked: Sequence[int],
) -> Snapshot:
    mine = [rooms[membership.room_id] for membership in memberships]
    participants = dict.fromkeys(user_id for room in mine for user_id in room.participant_ids)
    socket.session, socket.user = session, user
    socket.crowded = frozenset(room.pk for room in mine if room.member_count > MOST_MEMBERS_SEEING_PRESENCE) or NONE
    horizon = clock.now() - FRESH
    socket.fresh = frozenset((row.pk, row.changed_at) for row in memberships if row.changed_at > horizon) or NONE
    ready = ReadyOut(
        user=me_out(user),
        session_id=str(session.pk),
        server_time=clock.iso(clock.now()),
        rooms=_entries(user, memberships, rooms, encoded),
        users=[user_out(people[user_id]) for user_id in participants if user_id in people],
        presence={},
        blocked=[str(user_id) for user_id in blocked],
    )
    return Snapshot(ready, {room.pk: (room.rev, room.epoch) for room in mine})


def _entries(
    user: User, memberships: Sequence[Membership], rooms: Mapping[int, Room], encoded: Mapping[int, msgspec.Raw]
) -> list[EntryOut]:
    counts = count_up_to(user.pk, memberships, {row.room_id: rooms[row.room_id].last_seq for row in memberships})
    moment, entries = clock.now(), []
    for membership in memberships:
        own, left = membership_out(membership, user, moment), counts[membership.room_id]
        own.unread, own.mentions = left.unread, left.mentions
        entries.append(EntryOut(room=encoded[membership.room_id], membership=own))
    return entries
