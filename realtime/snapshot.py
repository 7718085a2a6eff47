"""`ready`: everything a client needs to start or to go on, read after its socket has joined its topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts.models import AuthSession, User
from accounts.serializers import MeOut, UserOut, me_out, user_out
from accounts.services.blocks import blocked_by_each
from accounts.services.remembered import remembered_sessions
from core import clock
from core.errors import AppError
from core.wire import Out
from messaging.services.history import count_up_to
from realtime.sockets import Socket
from rooms.models import Membership, Room
from rooms.serializers import RoomEntryOut, entry_out

MOST_MEMBERS_SEEING_PRESENCE = 500


class ReadyOut(Out, tag_field="type", tag="ready"):
    user: MeOut
    session_id: str
    server_time: str
    rooms: list[RoomEntryOut]
    users: list[UserOut]
    presence: dict[str, str]
    blocked: list[str]


def all_ready(sockets: Sequence[Socket]) -> list[ReadyOut | Exception]:
    """Return the snapshot of each, or the refusal when its sign-in has ended meanwhile. The queries are for all at once."""
    signed_in = remembered_sessions.of_all([(socket.session.pk, socket.user.pk) for socket in sockets])
    memberships: dict[int, list[Membership]] = {socket.user.pk: [] for socket in sockets}
    for membership in Membership.objects.filter(user_id__in=set(memberships), left_at=None):
        memberships[membership.user_id].append(membership)
    rooms = Room.objects.in_bulk({membership.room_id for mine in memberships.values() for membership in mine})
    people = User.objects.in_bulk({user_id for room in rooms.values() for user_id in room.participant_ids})
    blocked = blocked_by_each(memberships)
    return [
        found
        if isinstance(found, AppError)
        else _ready(socket, *found, memberships[socket.user.pk], rooms, people, blocked[socket.user.pk])
        for socket, found in zip(sockets, signed_in, strict=True)
    ]


def _ready(
    socket: Socket,
    session: AuthSession,
    user: User,
    memberships: Sequence[Membership],
    rooms: Mapping[int, Room],
    people: Mapping[int, User],
    blocked: Sequence[int],
) -> ReadyOut:
    mine = [rooms[membership.room_id] for membership in memberships]
    participants = dict.fromkeys(user_id for room in mine for user_id in room.participant_ids)
    socket.session, socket.user = session, user
    socket.crowded = frozenset(room.pk for room in mine if room.member_count > MOST_MEMBERS_SEEING_PRESENCE)
    return ReadyOut(
        user=me_out(user),
        session_id=str(session.pk),
        server_time=clock.iso(clock.now()),
        rooms=_entries(user, memberships, rooms),
        users=[user_out(people[user_id]) for user_id in participants if user_id in people],
        presence={},
        blocked=[str(user_id) for user_id in blocked],
    )


def _entries(user: User, memberships: Sequence[Membership], rooms: Mapping[int, Room]) -> list[RoomEntryOut]:
    counts = count_up_to(user.pk, memberships, {pk: room.last_seq for pk, room in rooms.items()})
    moment, entries = clock.now(), []
    for membership in memberships:
        entry = entry_out(rooms[membership.room_id], membership, user, moment)
        left = counts[membership.room_id]
        entry.membership.unread, entry.membership.mentions = left.unread, left.mentions
        entries.append(entry)
    return entries
