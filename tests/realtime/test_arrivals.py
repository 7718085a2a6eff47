"""Sockets that open at the same time share their queries; each is told its own."""

from __future__ import annotations

import asyncio

import pytest

from accounts.models import AuthSession, User
from accounts.services.remembered import remembered_sessions
from accounts.services.sessions import end_session, open_session
from accounts.tokens import issue_access
from realtime import tickets
from realtime.arrivals import Arrived, all_signed_in
from realtime.running import Running
from realtime.shapes import Auth
from realtime.sinks import PlainSink
from realtime.snapshot import Snapshot, all_ready
from realtime.sockets import Socket
from rooms.models import Room
from rooms.services.sanctions import suspend_person
from tests.factories import make_room, make_user
from tests.realtime.conftest import Connect
from tests.realtime.test_sinks import Peer
from tests.statements import statements


@pytest.mark.asyncio
async def test_twenty_at_once_are_told_their_own(
    connect: Connect, hub: Running, alice: User, bob: User, carol: User, general: Room
) -> None:
    chats = await asyncio.gather(*(connect(person) for person in (alice, bob, carol) * 6))
    for chat in chats:
        assert chat.user is not None
        assert chat.ready["user"]["username"] == chat.user.username
        assert chat.ready["session_id"] == str(chat.session_id)
        rooms = [entry["room"]["id"] for entry in chat.ready["rooms"]]
        assert rooms == ([] if chat.user == carol else [str(general.pk)])


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_its_own_sockets_alone(alice: User, bob: User, carol: User) -> None:
    good, ended, gone = (open_session(user=person).session for person in (alice, bob, carol))
    end_session(user_id=bob.pk, session_id=ended.pk)
    suspend_person(user=carol)
    lot = [
        Auth(ticket=tickets.issue(good.pk, alice.pk)),
        Auth(token=issue_access(ended)),
        Auth(ticket="invented"),
        Auth(token=issue_access(gone)),
        Auth(),
        Auth(ticket=tickets.issue(good.pk, bob.pk)),
        Auth(token=issue_access(good)),
    ]
    told = [found[:2] if isinstance(found, Arrived) else getattr(found, "code", None) for found in all_signed_in(lot)]
    codes = ["auth.invalid", "auth.ticket", "user.suspended", "invalid", "auth.invalid"]
    assert told == [(good, alice), *codes, (good, alice)]


@pytest.mark.django_db(transaction=True)
def test_many_take_as_many_queries_as_one(alice: User) -> None:
    people = [alice, *(make_user(f"person{number}") for number in range(9))]
    rooms = [make_room(alice, *people[1:], name=f"Room {number}") for number in range(3)]
    sessions = [open_session(user=person).session for person in people]
    sockets = [_socket(*each) for each in zip(people, sessions, strict=True)]
    auths = [Auth(token=issue_access(session)) for session in sessions]

    def statements_for(count: int) -> int:
        remembered_sessions.clear()
        with statements() as asked:
            all_signed_in(auths[:count])
            snapshots = all_ready(sockets[:count])
        shown = [each.ready.rooms for each in snapshots if isinstance(each, Snapshot)]
        assert list(map(len, shown)) == [len(rooms)] * count
        return len(asked)

    assert statements_for(10) == statements_for(1) == 6  # sign-ins, people; rooms; memberships, rooms, blocks


def _socket(person: User, session: AuthSession) -> Socket:
    return Socket(PlainSink(Peer().send), person, session)
