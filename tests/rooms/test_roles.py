from functools import partial
from typing import Any

import pytest

from accounts.models import User
from rooms.models import MemberRole, Membership, Room
from rooms.services.members import add_member, change_role
from rooms.services.rooms import archive_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, make_user, member
from tests.order import assert_no_holes, nothing_happens, told


@pytest.mark.parametrize("role", ["moderator", "owner"])
def test_an_owner_gives_a_role(alice: User, bob: User, general: Room, role: str, published: Published) -> None:
    answer = Api(alice).patch(f"/rooms/{general.pk}/members/{bob.pk}", {"role": role})
    assert answer.status_code == 200
    assert answer.json().items() >= {"user_id": str(bob.pk), "role": role, "rev": general.rev + 1}.items()
    updated, own = told(published)
    assert updated == {
        "type": "member.updated",
        "room_id": str(general.pk),
        "rev": general.rev + 1,
        "member": answer.json(),
    }
    assert published[1].topic == f"user.{bob.pk}"
    assert own["type"] == "membership.updated"
    assert own["membership"].items() >= {"role": role, "rank": role}.items()
    assert "unread" not in own["membership"]
    assert_no_holes(published, general)


def test_the_same_role_again_changes_nothing(alice: User, bob: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        answer = Api(alice).patch(f"/rooms/{general.pk}/members/{bob.pk}", {"role": "member"})
    assert answer.status_code == 200


def test_a_new_role_counts_at_once(alice: User, bob: User, carol: User, general: Room) -> None:
    invite = partial(Api(bob).put, f"/rooms/{general.pk}/members/{carol.pk}")
    assert refusal(invite())[0] == 403
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    assert invite().status_code == 200


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_only_owners_give_roles(alice: User, bob: User, general: Room, role: str, published: Published) -> None:
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role=role)
    with nothing_happens(published):
        for person in (alice, bob):
            answer = Api(bob).patch(f"/rooms/{general.pk}/members/{person.pk}", {"role": "owner"})
            assert refusal(answer) == (403, "room.not_owner")


def test_an_outsider_gives_no_role(carol: User, bob: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        for person in (bob, carol):
            answer = Api(carol).patch(f"/rooms/{general.pk}/members/{person.pk}", {"role": "owner"})
            assert refusal(answer) == (404, "not_found")


def test_nor_gets_one(alice: User, carol: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        answer = Api(alice).patch(f"/rooms/{general.pk}/members/{carol.pk}", {"role": "owner"})
    assert refusal(answer) == (404, "not_found")


def test_the_last_owner_stays_owner(alice: User, bob: User, admin: User, general: Room, published: Published) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=admin.pk)
    with nothing_happens(published):
        for actor in (alice, admin):
            answer = Api(actor).patch(f"/rooms/{general.pk}/members/{alice.pk}", {"role": "member"})
            assert refusal(answer) == (403, "room.last_owner")
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="owner")
    assert Api(alice).patch(f"/rooms/{general.pk}/members/{alice.pk}", {"role": "member"}).status_code == 200


def test_roles_can_be_changed_in_an_archived_room(alice: User, bob: User, general: Room) -> None:
    archive_room(actor=alice, room_id=general.pk, archived=True)
    assert Api(alice).patch(f"/rooms/{general.pk}/members/{bob.pk}", {"role": "owner"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "role"), ({"role": "admin"}, "role"), ({"role": None}, "role"), ({"role": "owner", "x": 1}, "x")],
)
def test_what_is_wrong_is_refused_by_name(
    alice: User, bob: User, general: Room, body: dict[str, Any], field: str, published: Published
) -> None:
    with nothing_happens(published):
        answer = Api(alice).patch(f"/rooms/{general.pk}/members/{bob.pk}", body)
    assert wrong_fields(answer) == {field}


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_depose_each_other_at_once_leave_one() -> None:
    for number in range(5):
        a, b = make_user(f"first{number}"), make_user(f"second{number}")
        room = make_room(a, b)
        change_role(actor=a, room_id=room.pk, user_id=b.pk, role="owner")
        results = at_once(
            [
                partial(change_role, actor=a, room_id=room.pk, user_id=b.pk, role="member"),
                partial(change_role, actor=b, room_id=room.pk, user_id=a.pk, role="member"),
            ]
        )
        assert refusals(results) == ["room.not_owner"]
        assert Membership.objects.filter(room=room, role=MemberRole.OWNER).count() == 1


def test_the_role_is_gone_with_the_membership(alice: User, bob: User, general: Room) -> None:
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="owner")
    Api(alice).delete(f"/rooms/{general.pk}/members/{bob.pk}")
    assert member(general, bob).role == "member"
