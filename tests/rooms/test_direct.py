from functools import partial
from typing import Any

import pytest

from accounts.models import User
from accounts.services.suspension import suspend_user
from rooms.models import Membership, Room
from rooms.services.rooms import open_direct_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_user
from tests.limits import limited
from tests.order import nothing_happens, told


def _ask(actor: User, *others: User) -> Any:
    return Api(actor).post("/rooms/direct", {"user_ids": [str(other.pk) for other in others]})


def test_two_people_have_one_room_whoever_asks(alice: User, bob: User, published: Published) -> None:
    first = _ask(alice, bob)
    with nothing_happens(published):
        second, again = _ask(bob, alice), _ask(alice, bob, alice)
    assert [first.status_code, second.status_code, again.status_code] == [201, 200, 200]
    assert {answer.json()["room"]["id"] for answer in (first, second, again)} == {first.json()["room"]["id"]}
    room = first.json()["room"]
    assert sorted(room["participants"]) == sorted([str(alice.pk), str(bob.pk)])
    assert room.items() >= {"kind": "direct", "name": "", "rev": 1, "member_count": 2}.items()


def test_each_of_them_hears_of_it_once(alice: User, bob: User, carol: User, published: Published) -> None:
    room = _ask(alice, bob).json()["room"]
    assert published.types == ["room.added", "room.added"]
    assert {envelope.topic for envelope in published} == {f"user.{alice.pk}", f"user.{bob.pk}"}
    for envelope, event in zip(published, told(published), strict=True):
        person = int(envelope.topic.removeprefix("user."))
        assert envelope.attach == [(person, int(room["id"]), 1)]
        assert {user["id"] for user in event["users"]} == set(room["participants"])


def test_a_group_is_another_room_than_its_pairs(alice: User, bob: User, carol: User) -> None:
    rooms = [_ask(alice, bob), _ask(alice, carol), _ask(bob, carol), _ask(alice, bob, carol), _ask(carol, bob, alice)]
    ids = [answer.json()["room"]["id"] for answer in rooms]
    assert len(set(ids)) == 4
    assert ids[3] == ids[4]


def test_notes_to_oneself_are_a_room_of_one(alice: User) -> None:
    first, second = _ask(alice, alice), _ask(alice, alice)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["room"]["participants"] == [str(alice.pk)]
    assert first.json()["room"]["id"] == second.json()["room"]["id"]


def test_an_outsider_sees_nothing_of_it(alice: User, bob: User, admin: User) -> None:
    room = _ask(alice, bob).json()["room"]
    assert Room.objects.filter(pk=room["id"]).exists()
    assert refusal(Api(admin).get(f"/rooms/{room['id']}")) == (404, "not_found")


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_once_get_the_same_room() -> None:
    for number in range(5):
        a, b = make_user(f"a{number}x"), make_user(f"b{number}x")
        ask = [partial(open_direct_room, actor=a, user_ids=[b.pk]), partial(open_direct_room, actor=b, user_ids=[a.pk])]
        results = at_once(ask * 4)
        assert refusals(results) == []
        opened: list[Any] = results
        assert len({entry.room.pk for entry, _ in opened}) == 1
        assert [created for _, created in opened].count(True) == 1
        assert Membership.objects.filter(room_id=opened[0][0].room.pk).count() == 2


@pytest.mark.parametrize(
    ("ids", "field"),
    [
        ([], "user_ids"),
        (["x"], "user_ids[0]"),
        ([7], "user_ids[0]"),
        (["1", None], "user_ids[1]"),
        ("1", "user_ids"),
        (None, "user_ids"),
        (["1"] * 11, "user_ids"),
        ([str(number) for number in range(1, 11)], "user_ids"),
    ],
)
def test_what_is_wrong_is_refused_by_name(alice: User, ids: Any, field: str, published: Published) -> None:
    with nothing_happens(published):
        answer = Api(alice).post("/rooms/direct", {"user_ids": ids})
    assert wrong_fields(answer) == {field}


@pytest.mark.parametrize("unknown", ["1234567890", "0", "9" * 19])
def test_somebody_who_is_not_there_is_not_found(alice: User, bob: User, unknown: str, published: Published) -> None:
    with nothing_happens(published):
        answer = Api(alice).post("/rooms/direct", {"user_ids": [str(bob.pk), unknown]})
    assert refusal(answer) == (404, "not_found")


def test_the_suspended_cannot_be_written_to_anew_but_what_was_said_stays(alice: User, bob: User, carol: User) -> None:
    room = _ask(alice, bob).json()["room"]
    suspend_user(user=bob)
    assert _ask(alice, bob).json()["room"]["id"] == room["id"]
    assert refusal(_ask(carol, bob)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "", {"name": "Renamed"}),
        ("put", "/archive", None),
        ("delete", "/members/me", None),
        ("put", "/members/{carol}", None),
        ("delete", "/members/{bob}", None),
        ("patch", "/members/{bob}", {"role": "owner"}),
    ],
)
@pytest.mark.parametrize("who", ["alice", "admin"])
def test_it_cannot_be_led_like_a_room(
    who: str, method: str, path: str, body: Any, alice: User, bob: User, carol: User, admin: User, published: Published
) -> None:
    actor = {"alice": alice, "admin": admin}[who]
    room = _ask(actor, bob).json()["room"]
    with nothing_happens(published):
        answer = getattr(Api(actor), method)(f"/rooms/{room['id']}{path.format(bob=bob.pk, carol=carol.pk)}", body)
    assert refusal(answer) == (403, "room.is_direct")


def test_sixty_new_ones_an_hour(alice: User, bob: User) -> None:
    with limited():
        people = [make_user(f"p{number}x") for number in range(61)]
        answers = [_ask(alice, person) for person in people]
        assert [answer.status_code for answer in answers] == [201] * 60 + [429]
        assert _ask(alice, people[0]).status_code == 200
