"""`ready`: everything a client needs to start or to go on, read after its socket has joined its topics."""

from __future__ import annotations

from accounts.models import User
from accounts.serializers import MeOut, UserOut, me_out, user_out
from accounts.services.sessions import live_session
from core import clock
from core.wire import Out
from messaging.services.history import count
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


def ready_for(socket: Socket) -> ReadyOut:
    """Return the snapshot; raise `Unauthenticated` or `Forbidden` when the sign-in has ended meanwhile."""
    _, user = live_session(socket.session.pk)
    memberships = list(Membership.objects.filter(user_id=user.pk, left_at=None))
    rooms = Room.objects.in_bulk([membership.room_id for membership in memberships])
    entries = _entries(user, memberships, rooms)
    socket.user = user
    socket.crowded = frozenset(pk for pk, room in rooms.items() if room.member_count > MOST_MEMBERS_SEEING_PRESENCE)
    people = User.objects.in_bulk({user_id for room in rooms.values() for user_id in room.participant_ids})
    return ReadyOut(
        user=me_out(user),
        session_id=str(socket.session.pk),
        server_time=clock.iso(clock.now()),
        rooms=entries,
        users=[user_out(person) for person in people.values()],
        presence={},
    )


def _entries(user: User, memberships: list[Membership], rooms: dict[int, Room]) -> list[RoomEntryOut]:
    counts, moment = count(user.pk, memberships), clock.now()
    entries = []
    for membership in memberships:
        entry = entry_out(rooms[membership.room_id], membership, user, moment)
        left = counts[membership.room_id]
        entry.membership.unread, entry.membership.mentions = left.unread, left.mentions
        entries.append(entry)
    return entries
