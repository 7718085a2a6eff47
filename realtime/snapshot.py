"""`ready`: everything a client needs to start or to go on, read after its socket has joined its topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import msgspec

from accounts.models import AuthSession, User
from accounts.serializers import MeOut, UserOut, me_out, user_out
from accounts.services.blocks import blocked_by_each
from accounts.services.remembered import remembered_sessions
from core import clock
from core.errors import AppError
from core.wire import Out, encode
from messaging.serializers import CountsOut
from messaging.services.counting import Place, count_for_all
from realtime.sockets import NONE, Socket
from rooms.heads import Head
from rooms.models import Membership, Room
from rooms.serializers import MembershipOut, membership_out, room_out
from rooms.services.counter import raise_heads

MOST_MEMBERS_SEEING_PRESENCE = 500
FRESH = timedelta(seconds=60)  # as long as the sweep may still find a change and tell it again


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
    places = {room.pk: Place(room.rev, room.epoch, room.last_seq) for room in rooms.values()}
    counts = count_for_all(memberships, places)
    people = User.objects.in_bulk({user_id for room in rooms.values() for user_id in room.participant_ids})
    blocked, lot = blocked_by_each(memberships), _Lot(rooms, encoded, people)
    found: list[Snapshot | Exception] = []
    for socket, known in zip(sockets, signed_in, strict=True):
        pk = socket.user.pk
        if isinstance(known, AppError):
            found.append(known)
        else:
            found.append(_snapshot(socket, _Mine(*known, memberships[pk], counts[pk], blocked[pk]), lot))
    return found


class _Mine(NamedTuple):
    """What is one person's own."""

    session: AuthSession
    user: User
    memberships: Sequence[Membership]
    counts: Mapping[int, CountsOut]
    blocked: Sequence[int]


class _Lot(NamedTuple):
    """What several people of a lot have in common."""

    rooms: Mapping[int, Room]
    encoded: Mapping[int, msgspec.Raw]
    people: Mapping[int, User]


def _snapshot(socket: Socket, mine: _Mine, lot: _Lot) -> Snapshot:
    rooms = [lot.rooms[membership.room_id] for membership in mine.memberships]
    participants = dict.fromkeys(user_id for room in rooms for user_id in room.participant_ids)
    socket.session, socket.user = mine.session, mine.user
    socket.crowded = frozenset(room.pk for room in rooms if room.member_count > MOST_MEMBERS_SEEING_PRESENCE) or NONE
    horizon = clock.now() - FRESH
    socket.fresh = frozenset((row.pk, row.changed_at) for row in mine.memberships if row.changed_at > horizon) or NONE
    ready = ReadyOut(
        user=me_out(mine.user),
        session_id=str(mine.session.pk),
        server_time=clock.iso(clock.now()),
        rooms=_entries(mine, lot.encoded),
        users=[user_out(lot.people[user_id]) for user_id in participants if user_id in lot.people],
        presence={},
        blocked=[str(user_id) for user_id in mine.blocked],
    )
    return Snapshot(ready, {room.pk: (room.rev, room.epoch) for room in rooms})


def _entries(mine: _Mine, encoded: Mapping[int, msgspec.Raw]) -> list[EntryOut]:
    moment, entries = clock.now(), []
    for membership in mine.memberships:
        own, left = membership_out(membership, mine.user, moment), mine.counts[membership.room_id]
        own.unread, own.mentions = left.unread, left.mentions
        entries.append(EntryOut(room=encoded[membership.room_id], membership=own))
    return entries
