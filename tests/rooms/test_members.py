import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services.members import leave_room
from tests.clients import Api, refusal, wrong_fields
from tests.factories import make_room, make_user


def test_members_see_who_is_in_the_room(alice: User, bob: User, general: Room) -> None:
    listed = Api(bob).get(f"/rooms/{general.pk}/members").json()
    assert {m["user_id"]: m["role"] for m in listed["results"]} == {str(alice.pk): "owner", str(bob.pk): "member"}
    assert {user["username"] for user in listed["users"]} == {"alice", "bob"}
    assert listed["next"] is None
    assert set(listed["results"][0]) == {
        "user_id", "role", "joined_at", "rev", "left", "last_read_seq", "read_mark",
    }  # fmt: skip
    assert "email" not in listed["users"][0]


def test_who_has_left_is_not_listed(bob: User, alice: User, general: Room) -> None:
    leave_room(actor=bob, room_id=general.pk)
    listed = Api(alice).get(f"/rooms/{general.pk}/members").json()
    assert [member["user_id"] for member in listed["results"]] == [str(alice.pk)]


@pytest.mark.parametrize("limit", [1, 3, 5, 100])
def test_pages_skip_nobody_and_repeat_nobody(alice: User, limit: int) -> None:
    people = [alice, *(make_user(f"p{number}x") for number in range(9))]
    room = make_room(*people)
    api, seen = Api(alice), []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"/rooms/{room.pk}/members", {"limit": limit, "cursor": cursor}).json()
        assert {user["id"] for user in page["users"]} == {member["user_id"] for member in page["results"]}
        seen += [member["user_id"] for member in page["results"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(str(person.pk) for person in people)


def test_an_outsider_sees_nobody(alice: User, carol: User, general: Room) -> None:
    public = make_room(alice, kind="public")
    for room in (general, public):
        assert refusal(Api(carol).get(f"/rooms/{room.pk}/members")) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": "0"}, "limit"), ({"cursor": "x"}, "cursor"), ({"cursor": "WzFlNDAwXQ"}, "cursor"), ({"a": "1"}, "a")],
)
def test_what_is_wrong_is_refused_by_name(alice: User, general: Room, query: dict[str, str], field: str) -> None:
    assert wrong_fields(Api(alice).get(f"/rooms/{general.pk}/members", query)) == {field}
