"""Slow rooms: a member waits between two messages; whoever moderates does not."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from core import clock
from messaging.models import Message
from messaging.services.changing import edit_message
from messaging.services.sending import Sent, send_message
from messaging.services.sending_together import Wish, send_together
from rooms.models import MemberRole, Membership, Room
from rooms.services.members import add_member, change_role
from rooms.services.rooms import update_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import member, say
from tests.order import nothing_happens
from tests.statements import statements


@pytest.fixture
def slow(alice: User, general: Room) -> Room:
    return update_room(actor=alice, room_id=general.pk, slow_seconds=30)


def _write(actor: User, room: Room, client_id: str = "") -> Any:
    body = {"client_id": client_id or str(uuid4()), "text": "hello"}
    return Api(actor).post(f"/rooms/{room.pk}/messages", body)


def _past(room: Room, user: User, seconds: float) -> None:
    """Let it be so long since their last message."""
    at = clock.now() - timedelta(seconds=seconds)
    Membership.objects.filter(room=room, user=user).update(posted_at=at)


def test_the_second_message_waits(bob: User, slow: Room, published: Published) -> None:
    assert _write(bob, slow).status_code == 201
    with nothing_happens(published):
        answer = _write(bob, slow)
    assert refusal(answer) == (429, "room.slow")
    assert 25 < answer.json()["error"]["retry_after"] <= 30
    assert int(answer.headers["Retry-After"]) <= 30


def test_after_the_wait_it_goes_through(bob: User, slow: Room) -> None:
    _write(bob, slow)
    _past(slow, bob, 29)
    assert refusal(_write(bob, slow)) == (429, "room.slow")
    _past(slow, bob, 30)
    assert _write(bob, slow).status_code == 201


def test_each_waits_for_themselves_and_moderators_for_nobody(alice: User, bob: User, mod: User, slow: Room) -> None:
    add_member(actor=alice, room_id=slow.pk, user_id=mod.pk)
    assert [_write(person, slow).status_code for person in (alice, alice, mod, mod, bob)] == [201] * 5
    change_role(actor=alice, room_id=slow.pk, user_id=bob.pk, role=MemberRole.MODERATOR)
    assert _write(bob, slow).status_code == 201


def test_a_retry_is_answered_with_the_message(bob: User, slow: Room) -> None:
    key = str(uuid4())
    first, again = _write(bob, slow, key), _write(bob, slow, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_edits_do_not_wait_and_other_rooms_neither(alice: User, bob: User, general: Room, slow: Room) -> None:
    said = say(bob, slow)
    assert edit_message(actor=bob, message_id=int(said.id), text="better").text == "better"


def test_the_client_learns_when_they_wrote_last(bob: User, slow: Room) -> None:
    assert Api(bob).get(f"/rooms/{slow.pk}").json()["membership"]["posted_at"] is None
    sent = _write(bob, slow).json()
    entry = Api(bob).get(f"/rooms/{slow.pk}").json()
    assert (entry["room"]["slow_seconds"], entry["membership"]["posted_at"]) == (30, sent["created_at"])


def test_switched_off_nobody_waits(alice: User, bob: User, slow: Room) -> None:
    _write(bob, slow)
    update_room(actor=alice, room_id=slow.pk, slow_seconds=0)
    assert _write(bob, slow).status_code == 201


def test_only_moderators_set_it_and_outsiders_see_no_room(
    bob: User, carol: User, general: Room, published: Published
) -> None:
    path, body = f"/rooms/{general.pk}", {"slow_seconds": 10}
    with nothing_happens(published):
        assert refusal(Api(bob).patch(path, body)) == (403, "room.not_moderator")
        assert refusal(Api(carol).patch(path, body)) == (404, "not_found")


@pytest.mark.parametrize("value", [-1, 21_601, 1.5, "10", None, True])
def test_what_is_no_pace_is_refused(value: Any, alice: User, general: Room) -> None:
    assert wrong_fields(Api(alice).patch(f"/rooms/{general.pk}", {"slow_seconds": value})) == {"slow_seconds"}


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_goes_through(bob: User, slow: Room) -> None:
    calls = [partial(send_message, actor=bob, room_id=slow.pk, client_id=str(uuid4()), text="x") for _ in range(8)]
    assert refusals(at_once(calls)) == ["room.slow"] * 7
    assert Message.objects.filter(room=slow, author=bob).count() == 1
    assert member(slow, bob).posted_at == Message.objects.get(room=slow, author=bob).created_at


def test_messages_that_are_sent_together_wait_too(alice: User, bob: User, slow: Room) -> None:
    wishes = [Wish(actor, slow.pk, str(uuid4()), "x") for actor in (bob, alice, bob, alice)]
    outcomes = send_together(wishes)
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [True, True, False, True]
    assert refusals(outcomes) == ["room.slow"]


@pytest.mark.django_db(transaction=True)
def test_only_slow_rooms_pay_for_it(alice: User, bob: User, general: Room) -> None:
    say(bob, general)
    with statements() as usual:
        say(bob, general)
    update_room(actor=alice, room_id=general.pk, slow_seconds=1)
    say(bob, general)
    _past(general, bob, 60)
    with statements() as slowly:
        say(bob, general)
    assert (len(usual), len(slowly)) == (2, 3)
