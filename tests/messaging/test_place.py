"""Where a day is in a room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from messaging.models import Message
from messaging.services.reacting import add_reaction
from rooms.models import Room
from tests.clients import Api, refusal, wrong_fields
from tests.factories import say
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(user: User, room: Room, moment: datetime) -> int | None:
    answer = Api(user).get(f"/rooms/{room.pk}/place", {"at": moment.isoformat()})
    assert answer.status_code == 200, answer.content
    seq: int | None = answer.json()["seq"]
    return seq


@pytest.fixture
def days(alice: User, bob: User, general: Room) -> list[int]:
    """Return the places of 30 messages, one a day; between some of them the counter has counted something else."""
    sent = []
    for number in range(30):
        sent.append(say(alice, general, f"day {number}"))
        if number % 7 == 0:
            add_reaction(actor=bob, message_id=int(sent[-1].id), emoji="👍")
    for number, message in enumerate(sent):
        Message.objects.filter(pk=message.id).update(created_at=START + timedelta(days=number))
    return [message.seq for message in sent]


def test_the_first_message_at_or_after_a_moment(bob: User, general: Room, days: list[int]) -> None:
    for number, seq in enumerate(days):
        day = START + timedelta(days=number)
        assert at(bob, general, day) == seq
        assert at(bob, general, day - timedelta(hours=3)) == seq
        assert at(bob, general, day + timedelta(milliseconds=1)) == (days[number + 1] if number < 29 else None)
    told = Api(bob).get(f"/rooms/{general.pk}/place", {"at": "2026-01-03T00:00:00+00:00"}).json()
    assert told == {"seq": days[2], "created_at": "2026-01-03T00:00:00.000Z"}


def test_the_zone_of_the_moment_counts(bob: User, general: Room, days: list[int]) -> None:
    told = Api(bob).get(f"/rooms/{general.pk}/place", {"at": "2026-01-03T01:00:00+01:00"}).json()
    assert told["seq"] == days[2]


def test_an_empty_room_has_no_place(alice: User, general: Room) -> None:
    assert at(alice, general, START) is None


def test_it_takes_few_steps_however_long_the_history(bob: User, general: Room, days: list[int]) -> None:
    Room.objects.filter(pk=general.pk).update(last_seq=2**20)
    api = Api(bob)
    with statements() as asked:
        api.get(f"/rooms/{general.pk}/place", {"at": "2026-01-15T00:00:00Z"})
    assert len([one for one in asked if "messaging_message" in one]) <= 22


@pytest.mark.parametrize("wrong", ["yesterday", "2026-01-03", "2026-01-03T00:00:00", ""])
def test_a_moment_has_a_zone(bob: User, general: Room, wrong: str) -> None:
    assert wrong_fields(Api(bob).get(f"/rooms/{general.pk}/place", {"at": wrong})) == {"at"}


def test_to_an_outsider_the_room_does_not_exist(carol: User, general: Room, days: list[int]) -> None:
    answer = Api(carol).get(f"/rooms/{general.pk}/place", {"at": "2026-01-03T00:00:00Z"})
    assert refusal(answer) == (404, "not_found")
