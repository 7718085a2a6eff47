from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services.rooms import archive_room, update_room
from tests.clients import Api, wrong_fields
from tests.factories import make_room


def _pages(api: Api, limit: int, q: str = "") -> Iterator[list[dict[str, Any]]]:
    cursor = ""
    while cursor is not None:
        page = api.get("/rooms/directory", {"limit": limit, "cursor": cursor, "q": q}).json()
        yield page["results"]
        cursor = page["next"]


def _rooms(owner: User, *names: str) -> list[str]:
    return [str(make_room(owner, kind="public", name=name).pk) for name in names]


def test_it_lists_public_rooms_also_those_one_is_not_in(alice: User, bob: User, carol: User) -> None:
    tea = make_room(alice, bob, kind="public", name="Tea", topic="Hot")
    make_room(alice, name="Secret")
    assert Api(carol).get("/rooms/directory").json() == {
        "results": [
            {"id": str(tea.pk), "name": "Tea", "topic": "Hot", "picture": None, "member_count": 2, "joined": False}
        ],
        "next": None,
    }
    assert Api(bob).get("/rooms/directory").json()["results"][0]["joined"] is True


def test_archived_rooms_are_not_listed(alice: User, carol: User) -> None:
    room = make_room(alice, kind="public")
    archive_room(actor=alice, room_id=room.pk, archived=True)
    assert Api(carol).get("/rooms/directory").json()["results"] == []


@pytest.mark.parametrize("q", ["TEA", "tea", "ea t", "Straße", "STRASSE", "100%", "a_b"])
def test_the_search_does_not_mind_case_and_takes_signs_as_they_are(alice: User, carol: User, q: str) -> None:
    _rooms(alice, "Tea time", "Straße", "100% real", "a_b", "axb", "100 real")
    found = Api(carol).get("/rooms/directory", {"q": q}).json()["results"]
    assert len(found) == 1


def test_it_is_in_order_of_the_names_without_case(alice: User, carol: User) -> None:
    _rooms(alice, "beta", "Alpha", "GAMMA", "alphabet")
    names = [room["name"] for page in _pages(Api(carol), 100) for room in page]
    assert names == ["Alpha", "alphabet", "beta", "GAMMA"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_skip_nothing_and_repeat_nothing(alice: User, carol: User, limit: int) -> None:
    names = ["Same"] * 5 + ["same", "a", "Ä", "ä", "Z", "ß", "中文", "🎉", "x-1", "x 1", "x1"]
    ids = _rooms(alice, *names)
    pages = list(_pages(Api(carol), limit))
    listed = [room["id"] for page in pages for room in page]
    assert sorted(listed) == sorted(ids)
    assert {len(page) for page in pages[:-1]} <= {limit}


def test_what_changes_between_two_pages_moves_nothing_else(alice: User, carol: User) -> None:
    ids = _rooms(alice, *(f"room {number}" for number in range(6)))
    api = Api(carol)
    first = api.get("/rooms/directory", {"limit": 3}).json()
    _rooms(alice, "room 0 and a half")
    archive_room(actor=alice, room_id=int(ids[0]), archived=True)
    update_room(actor=alice, room_id=int(ids[1]), name="a first one")
    rest = api.get("/rooms/directory", {"limit": 3, "cursor": first["next"]}).json()
    assert [room["id"] for room in first["results"] + rest["results"]] == ids


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "x" * 301}, "cursor"),
        ({"q": "x" * 81}, "q"),
        ({"q": "a\0"}, "q"),
        ({"kind": "private"}, "kind"),
    ],
)
def test_what_is_wrong_is_refused_by_name(carol: User, query: dict[str, str], field: str) -> None:
    assert wrong_fields(Api(carol).get("/rooms/directory", query)) == {field}


def test_an_empty_site_has_an_empty_directory(carol: User) -> None:
    assert Room.objects.count() == 0
    assert Api(carol).get("/rooms/directory").json() == {"results": [], "next": None}
