from typing import Any

import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services.rooms import create_room
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import member
from tests.limits import limited
from tests.order import nothing_happens, told


@pytest.mark.parametrize("kind", ["public", "private"])
def test_whoever_creates_a_room_owns_it(alice: User, kind: str, published: Published) -> None:
    asked = {"kind": kind, "name": "  Tea   time ", "topic": " All about tea ", "posting": "moderators"}
    answer = Api(alice).post("/rooms", asked)
    assert answer.status_code == 201
    room, own = answer.json()["room"], answer.json()["membership"]
    assert room.items() >= {
        "kind": kind, "name": "Tea time", "topic": "All about tea", "posting": "moderators", "archived_at": None, "rev": 1,
        "settings_rev": 1, "last_seq": 0, "last_message_at": None, "member_count": 1, "participants": [],
    }.items()  # fmt: skip
    assert own.items() >= {"role": "owner", "rank": "owner", "rev": 1, "last_read_seq": 0, "restrictions": {}}.items()
    assert Api(alice).get(f"/rooms/{room['id']}").json() == answer.json()


def test_only_the_creator_hears_of_it_and_from_then_on_of_the_room(alice: User, published: Published) -> None:
    answer = Api(alice).post("/rooms", {"kind": "public", "name": "Tea"}).json()
    [envelope], [event] = published, told(published)
    assert envelope.topic == f"user.{alice.pk}"
    assert envelope.attach == [(alice.pk, int(answer["room"]["id"]), 1)]
    assert event == {
        "type": "room.added",
        "room_id": answer["room"]["id"],
        "entry": answer,
        "users": event["users"],
    }
    assert [user["id"] for user in event["users"]] == [str(alice.pk)]


def test_two_rooms_may_have_one_name(alice: User) -> None:
    first, second = (create_room(actor=alice, kind="public", name="Tea").room for _ in range(2))
    assert first.epoch != second.epoch
    assert member(first, alice).role == "owner"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "direct"}, "kind"),
        ({"kind": None}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": 7}, "name"),
        ({"topic": "x" * 251}, "topic"),
        ({"topic": "a\0b"}, "topic"),
        ({"topic": None}, "topic"),
        ({"posting": "nobody"}, "posting"),
        ({"owner": "1"}, "owner"),
        ({"rev": 9}, "rev"),
    ],
)
def test_what_is_wrong_is_refused_by_name(
    alice: User, change: dict[str, Any], field: str, published: Published
) -> None:
    with nothing_happens(published):
        answer = Api(alice).post("/rooms", {"kind": "public", "name": "Tea", **change})
    assert wrong_fields(answer) == {field}


@pytest.mark.parametrize("name", ["ﬃ" * 80, "ß" * 80, "İ" * 80, "x" * 80, "中" * 80])
def test_every_name_of_eighty_characters_fits(alice: User, name: str) -> None:
    """Without case, for searching, a character can become three."""
    assert Api(alice).post("/rooms", {"kind": "public", "name": name}).status_code == 201


def test_kind_and_name_are_needed(alice: User) -> None:
    assert wrong_fields(Api(alice).post("/rooms", {"kind": "public"})) == {"name"}
    assert wrong_fields(Api(alice).post("/rooms", {"name": "Tea"})) == {"kind"}


def test_twenty_an_hour(alice: User) -> None:
    with limited():
        answers = [Api(alice).post("/rooms", {"kind": "public", "name": "Tea"}) for _ in range(21)]
        assert [answer.status_code for answer in answers] == [201] * 20 + [429]
        assert refusal(answers[-1]) == (429, "rate_limited")
        assert Room.objects.count() == 20
