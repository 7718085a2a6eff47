from functools import partial
from typing import Any

import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services.members import add_member, change_role
from rooms.services.rooms import archive_room, update_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, make_user
from tests.order import assert_no_holes, nothing_happens, told


def test_an_owner_renames_a_room(alice: User, general: Room, published: Published) -> None:
    answer = Api(alice).patch(f"/rooms/{general.pk}", {"name": " New  name ", "topic": "New", "posting": "moderators"})
    assert answer.status_code == 200
    room = answer.json()
    assert room.items() >= {"name": "New name", "topic": "New", "posting": "moderators"}.items()
    assert room["rev"] == room["settings_rev"] == general.rev + 1
    assert told(published) == [
        {"type": "room.updated", "room_id": str(general.pk), "rev": general.rev + 1, "room": room}
    ]
    assert published[0].topic == f"room.{general.pk}"
    assert_no_holes(published, general)


@pytest.mark.parametrize("field", [{"name": "Other"}, {"topic": "Other"}, {"posting": "moderators"}, {"topic": ""}])
def test_what_is_not_given_stays(alice: User, field: dict[str, str]) -> None:
    room = make_room(alice, name="Tea", topic="Hot")
    before = Api(alice).get(f"/rooms/{room.pk}").json()["room"]
    after = Api(alice).patch(f"/rooms/{room.pk}", field).json()
    moved = {"rev": room.rev + 1, "settings_rev": room.rev + 1}
    assert after == before | field | moved | {"capabilities": after["capabilities"]}


@pytest.mark.parametrize(
    "body", [{}, {"name": "General"}, {"name": "  General "}, {"topic": "", "posting": "everyone"}]
)
def test_what_changes_nothing_takes_no_rev(
    alice: User, general: Room, body: dict[str, str], published: Published
) -> None:
    with nothing_happens(published):
        answer = Api(alice).patch(f"/rooms/{general.pk}", body)
    assert answer.status_code == 200
    assert answer.json()["rev"] == general.rev


def test_room_moderators_and_the_sites_may(alice: User, bob: User, mod: User, general: Room) -> None:
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    add_member(actor=alice, room_id=general.pk, user_id=mod.pk)
    for person in (bob, mod):
        assert Api(person).patch(f"/rooms/{general.pk}", {"topic": f"by {person}"}).status_code == 200


def test_a_member_may_not(bob: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        assert refusal(Api(bob).patch(f"/rooms/{general.pk}", {"name": "Mine"})) == (403, "room.not_moderator")


def test_an_outsider_sees_no_room_not_even_a_public_one(
    alice: User, carol: User, mod: User, general: Room, published: Published
) -> None:
    public = make_room(alice, kind="public")
    published.clear()
    with nothing_happens(published):
        for person in (carol, mod):
            for room in (general, public):
                assert refusal(Api(person).patch(f"/rooms/{room.pk}", {"name": "Mine"})) == (404, "not_found")


def test_an_archived_room_stays_as_it_is(alice: User, general: Room, published: Published) -> None:
    archive_room(actor=alice, room_id=general.pk, archived=True)
    with nothing_happens(published):
        assert refusal(Api(alice).patch(f"/rooms/{general.pk}", {"name": "New"})) == (403, "room.archived")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t "}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"topic": 7}, "topic"),
        ({"topic": "x" * 251}, "topic"),
        ({"topic": "\0"}, "topic"),
        ({"posting": "owners"}, "posting"),
        ({"kind": "public"}, "kind"),
        ({"member_count": 0}, "member_count"),
    ],
)
def test_what_is_wrong_is_refused_by_name(
    alice: User, general: Room, body: dict[str, Any], field: str, published: Published
) -> None:
    with nothing_happens(published):
        assert wrong_fields(Api(alice).patch(f"/rooms/{general.pk}", body)) == {field}


def test_a_new_name_is_found_in_the_directory(alice: User, carol: User) -> None:
    room = make_room(alice, kind="public", name="Old")
    update_room(actor=alice, room_id=room.pk, name="ﬃ" * 80)
    update_room(actor=alice, room_id=room.pk, name="NEU")
    assert len(Api(carol).get("/rooms/directory", {"q": "neu"}).json()["results"]) == 1


def test_changes_at_once_are_all_told_in_order(published: Published) -> None:
    alice = make_user("alice")
    room = make_room(alice)
    published.clear()
    results = at_once([partial(update_room, actor=alice, room_id=room.pk, topic=f"topic {n}") for n in range(8)])
    assert refusals(results) == []
    assert_no_holes(published, room)
    assert room.settings_rev == room.rev
    last: Any = max(told(published), key=lambda event: event["rev"])
    assert last["room"]["topic"] == room.topic
