import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services.members import add_member, change_role, remove_member
from rooms.services.rooms import archive_room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, make_user, member
from tests.order import assert_no_holes, nothing_happens


def test_an_owner_puts_somebody_out(alice: User, bob: User, general: Room, published: Published) -> None:
    answer = Api(alice).delete(f"/rooms/{general.pk}/members/{bob.pk}")
    assert answer.status_code == 204
    removed, told = published.events
    assert removed.items() >= {"type": "member.removed", "rev": general.rev + 1, "member_count": 1}.items()
    assert told == {"type": "room.removed", "room_id": str(general.pk), "reason": "removed"}
    assert [envelope.detach for envelope in published] == [[(bob.pk, general.pk)]] * 2
    assert_no_holes(published, general)
    assert refusal(Api(bob).get(f"/rooms/{general.pk}")) == (404, "not_found")


def test_removing_twice_is_a_404(alice: User, bob: User, general: Room, published: Published) -> None:
    remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    with nothing_happens(published):
        assert refusal(Api(alice).delete(f"/rooms/{general.pk}/members/{bob.pk}")) == (404, "not_found")


def test_an_outsider_removes_nobody(carol: User, bob: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        assert refusal(Api(carol).delete(f"/rooms/{general.pk}/members/{bob.pk}")) == (404, "not_found")
    assert member(general, bob).left_at is None


def test_nobody_who_is_not_there_is_removed(alice: User, carol: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        for user_id in (str(carol.pk), "1234567890", "x"):
            assert refusal(Api(alice).delete(f"/rooms/{general.pk}/members/{user_id}")) == (404, "not_found")


def test_a_member_removes_nobody(alice: User, bob: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        for person in (alice, bob):
            answer = Api(bob).delete(f"/rooms/{general.pk}/members/{person.pk}")
            assert refusal(answer) == (403, "room.not_moderator")


@pytest.mark.parametrize(
    ("actor", "other", "expected"),
    [
        ("helper", "plain", None),
        ("helper", "helper2", "room.outranked"),
        ("helper", "owner", "room.outranked"),
        ("helper", "mod", "room.outranked"),
        ("helper", "admin", "room.outranked"),
        ("mod", "plain", None),
        ("mod", "helper", "room.outranked"),
        ("owner", "helper", None),
        ("owner", "mod", None),
        ("owner", "owner2", None),
        ("admin", "owner2", None),
    ],
)
def test_only_those_of_lower_rank_can_be_removed_except_among_owners(
    actor: str, other: str, expected: str | None, mod: User, admin: User, published: Published
) -> None:
    people = {name: make_user(name) for name in ("owner", "owner2", "helper", "helper2", "plain")}
    people |= {"mod": mod, "admin": admin}
    room = make_room(*people.values())
    for name, role in (("owner2", "owner"), ("helper", "moderator"), ("helper2", "moderator")):
        change_role(actor=people["owner"], room_id=room.pk, user_id=people[name].pk, role=role)
    answer = Api(people[actor]).delete(f"/rooms/{room.pk}/members/{people[other].pk}")
    assert (refusal(answer)[1] if answer.content else None) == expected
    assert (member(room, people[other]).left_at is not None) == (expected is None)
    assert_no_holes(published, room)


def test_the_last_owner_stays(alice: User, admin: User, general: Room, published: Published) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=admin.pk)
    with nothing_happens(published):
        answer = Api(admin).delete(f"/rooms/{general.pk}/members/{alice.pk}")
    assert refusal(answer) == (403, "room.last_owner")


def test_also_in_an_archived_room(alice: User, bob: User, general: Room) -> None:
    archive_room(actor=alice, room_id=general.pk, archived=True)
    assert Api(alice).delete(f"/rooms/{general.pk}/members/{bob.pk}").status_code == 204
