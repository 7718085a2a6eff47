from functools import partial

import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services.members import change_role, leave_room
from rooms.services.rooms import archive_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, make_user, member
from tests.order import assert_no_holes, nothing_happens, told


def test_a_member_leaves_and_hears_no_more(alice: User, bob: User, general: Room, published: Published) -> None:
    answer = Api(bob).delete(f"/rooms/{general.pk}/members/me")
    assert (answer.status_code, answer.content) == (204, b"")
    everybody, own = published
    assert (everybody.topic, own.topic) == (f"room.{general.pk}", f"user.{bob.pk}")
    assert everybody.detach == own.detach == [(bob.pk, general.pk)]
    left, removed = told(published)
    assert left.items() >= {"type": "member.removed", "rev": general.rev + 1, "member_count": 1}.items()
    assert left["member"].items() >= {"user_id": str(bob.pk), "left": True}.items()
    assert removed == {"type": "room.removed", "room_id": str(general.pk), "reason": "left"}
    assert_no_holes(published, general)
    assert general.member_count == 1
    assert refusal(Api(bob).get(f"/rooms/{general.pk}/messages")) == (404, "not_found")


def test_leaving_twice_is_a_404_and_changes_nothing(bob: User, general: Room, published: Published) -> None:
    leave_room(actor=bob, room_id=general.pk)
    with nothing_happens(published):
        assert refusal(Api(bob).delete(f"/rooms/{general.pk}/members/me")) == (404, "not_found")


def test_an_outsider_cannot_leave(carol: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        assert refusal(Api(carol).delete(f"/rooms/{general.pk}/members/me")) == (404, "not_found")


def test_the_last_owner_names_another_one_first(alice: User, bob: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        assert refusal(Api(alice).delete(f"/rooms/{general.pk}/members/me")) == (403, "room.last_owner")
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="owner")
    assert Api(alice).delete(f"/rooms/{general.pk}/members/me").status_code == 204
    assert member(general, alice).role == "member"


def test_the_last_one_there_may_go(alice: User, published: Published) -> None:
    room = make_room(alice)
    assert Api(alice).delete(f"/rooms/{room.pk}/members/me").status_code == 204
    room.refresh_from_db()
    assert room.member_count == 0


def test_an_archived_room_can_be_left(alice: User, bob: User, general: Room) -> None:
    archive_room(actor=alice, room_id=general.pk, archived=True)
    assert Api(bob).delete(f"/rooms/{general.pk}/members/me").status_code == 204


@pytest.mark.django_db(transaction=True)
def test_two_owners_leaving_at_once_do_not_leave_a_room_without_one() -> None:
    for number in range(5):
        people = [make_user(f"{name}{number}") for name in ("first", "second", "third")]
        room = make_room(*people)
        change_role(actor=people[0], room_id=room.pk, user_id=people[1].pk, role="owner")
        results = at_once([partial(leave_room, actor=person, room_id=room.pk) for person in people[:2]])
        assert refusals(results) == ["room.last_owner"]
        room.refresh_from_db()
        assert room.member_count == 2
