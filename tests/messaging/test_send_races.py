"""Many at once, with real threads: each message once, every number once."""

from __future__ import annotations

import uuid
from functools import partial

from django.db import connection

from accounts.models import User
from messaging.models import Message
from messaging.services.sending import Sent, send_message
from rooms.models import Room
from tests.accounts.racing import at_once, refusals
from tests.conftest import Published
from tests.factories import make_room, make_user
from tests.order import assert_no_holes, told


def test_fifty_threads_with_one_key_are_one_message_and_fifty_equal_answers(published: Published) -> None:
    alice = make_user("alice")
    room, key = make_room(alice), str(uuid.uuid4())
    published.clear()
    results = at_once([partial(send_message, actor=alice, room_id=room.pk, client_id=key, text="once")] * 50)
    sent = [result for result in results if isinstance(result, Sent)]
    assert refusals(results) == []
    assert len(sent) == 50
    assert [one.created for one in sent].count(True) == 1
    assert len({(one.message.id, one.message.seq, one.message.text) for one in sent}) == 1
    assert Message.objects.filter(room_id=room.pk).count() == 1
    assert published.types == ["message.created"]
    assert_no_holes(published, room)


def _say_ten(person: User, room: Room) -> list[int]:
    return [
        send_message(actor=person, room_id=room.pk, client_id=str(uuid.uuid4()), text=str(number)).message.seq
        for number in range(10)
    ]


def test_twenty_threads_of_ten_messages_leave_no_hole_and_each_thread_its_order(published: Published) -> None:
    people = [make_user(f"p{number}x") for number in range(4)]
    room = make_room(*people)
    since = room.rev
    published.clear()
    results = at_once([partial(_say_ten, people[number % 4], room) for number in range(20)])
    assert refusals(results) == []
    places = [result for result in results if isinstance(result, list)]
    assert all(mine == sorted(mine) for mine in places)
    assert sorted(place for mine in places for place in mine) == list(range(since + 1, since + 201))
    assert published.types == ["message.created"] * 200
    assert_no_holes(published, room)
    assert room.last_seq == room.rev == since + 200
    told_in_order = sorted((event["rev"], event["message"]["id"]) for event in told(published))
    kept = Message.objects.filter(room_id=room.pk).order_by("seq").values_list("seq", "pk")
    assert told_in_order == [(seq, str(key)) for seq, key in kept]
    connection.close()
