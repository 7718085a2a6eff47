"""What is missed alike is encoded once, and reads as if each answer had been encoded alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import User
from accounts.services.sessions import open_session
from core.wire import encode
from messaging.services.counting import remembered_counts
from messaging.services.history import Behind, changes_in_all
from realtime.sinks import PlainSink
from realtime.sockets import Socket
from realtime.syncs import MOST_BYTES, Missed, all_synced
from rooms.models import Room
from tests.engines import on_mongodb
from tests.factories import make_room, make_user, say
from tests.realtime.test_sinks import Peer
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)
TRICKY = 'so \\"membership\\":null "membership":null,"has_before":true}'


def missed(person: User, *rooms: Room) -> Missed:
    socket = Socket(PlainSink(Peer().send), person, open_session(user=person).session)
    return Missed(socket, {room.pk: (room.epoch, 1) for room in rooms})


def test_answers_are_the_same_as_encoded_one_by_one(alice: User, bob: User, carol: User, general: Room) -> None:
    say(alice, general, TRICKY)
    say(alice, general, "@bob see this")
    lot = [missed(alice, general), missed(bob, general), missed(carol, general)]
    plain = [changes_in_all([Behind(each.socket.user, each.cursors)], MOST_BYTES)[0] for each in lot]
    told: list[Any] = all_synced(lot)
    for found, alone in zip(told, plain, strict=True):
        assert {pk: json.loads(bytes(raw)) for pk, raw in found.items()} == {
            pk: json.loads(encode(c)) for pk, c in alone.items()
        }
    own = [json.loads(bytes(found[general.pk]))["membership"] for found in told]
    assert [mine and (mine["unread"], mine["mentions"]) for mine in own] == [(0, 0), (2, 1), None]


@pytest.mark.skipif(on_mongodb(), reason="MongoDB counts what is unread room by room")
def test_many_take_as_many_statements_as_one(alice: User) -> None:
    people = [make_user(f"person{number}") for number in range(5)]
    rooms = [make_room(alice, *people, name=f"Room {number}") for number in range(3)]
    for room in rooms:
        say(alice, room, "missed")
    lot = [missed(person, *rooms) for person in people]
    all_synced(lot)

    def statements_for(count: int) -> int:
        remembered_counts.clear()
        with statements() as asked:
            assert all(len(found) == 3 for found in all_synced(lot[:count]) if isinstance(found, dict))
        return len(asked)

    assert statements_for(5) == statements_for(1)
    with statements() as asked:
        all_synced(lot[:1])
    assert len(asked) == 2  # memberships, the rooms' heads: what is unread was counted a moment ago
