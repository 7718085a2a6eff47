import pytest

from accounts.models import User
from accounts.services.suspension import suspend_user
from rooms.models import Room
from rooms.services.members import leave_room
from rooms.services.rooms import archive_room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, say
from tests.limits import limited
from tests.order import assert_no_holes, nothing_happens, told


def test_who_is_invited_is_in_at_once(alice: User, carol: User, general: Room, published: Published) -> None:
    answer = Api(alice).put(f"/rooms/{general.pk}/members/{carol.pk}")
    assert answer.status_code == 200
    assert answer.json().items() >= {"user_id": str(carol.pk), "role": "member", "left": False}.items()
    added, joined = told(published)
    assert published[0].topic == f"user.{carol.pk}"
    assert published[0].attach == [(carol.pk, general.pk, general.rev + 1)]
    assert added["entry"]["membership"]["role"] == "member"
    assert joined.items() >= {"type": "member.added", "member": answer.json(), "member_count": 3}.items()
    assert_no_holes(published, general)
    assert Api(carol).get(f"/rooms/{general.pk}").status_code == 200


def test_inviting_a_member_changes_nothing(alice: User, bob: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        answer = Api(alice).put(f"/rooms/{general.pk}/members/{bob.pk}")
    assert answer.status_code == 200
    assert answer.json()["user_id"] == str(bob.pk)


def test_whoever_left_can_be_invited_again(alice: User, bob: User, general: Room, published: Published) -> None:
    leave_room(actor=bob, room_id=general.pk)
    assert Api(alice).put(f"/rooms/{general.pk}/members/{bob.pk}").status_code == 200
    assert_no_holes(published, general)
    assert general.member_count == 2


def test_in_a_private_room_members_invite_nobody(bob: User, carol: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        answer = Api(bob).put(f"/rooms/{general.pk}/members/{carol.pk}")
    assert refusal(answer) == (403, "room.not_moderator")


def test_in_a_public_room_everybody_invites(alice: User, bob: User, carol: User) -> None:
    room = make_room(alice, bob, kind="public")
    assert Api(bob).put(f"/rooms/{room.pk}/members/{carol.pk}").status_code == 200


def test_an_outsider_can_invite_neither_another_nor_themselves(
    carol: User, mod: User, general: Room, published: Published
) -> None:
    public = make_room(mod, kind="public")
    published.clear()
    with nothing_happens(published):
        for room in (general, public):
            for person in (carol, mod):
                answer = Api(carol).put(f"/rooms/{room.pk}/members/{person.pk}")
                assert refusal(answer) == (404, "not_found")


@pytest.mark.parametrize("user_id", ["1234567890", "0", "x", "9" * 25])
def test_somebody_who_is_not_there_is_not_found(alice: User, general: Room, user_id: str, published: Published) -> None:
    with nothing_happens(published):
        assert refusal(Api(alice).put(f"/rooms/{general.pk}/members/{user_id}")) == (404, "not_found")


def test_nor_is_somebody_suspended(alice: User, carol: User, general: Room, published: Published) -> None:
    suspend_user(user=carol)
    with nothing_happens(published):
        assert refusal(Api(alice).put(f"/rooms/{general.pk}/members/{carol.pk}")) == (404, "not_found")


def test_an_archived_room_takes_nobody_in(alice: User, carol: User, general: Room, published: Published) -> None:
    archive_room(actor=alice, room_id=general.pk, archived=True)
    with nothing_happens(published):
        assert refusal(Api(alice).put(f"/rooms/{general.pk}/members/{carol.pk}")) == (403, "room.archived")


def test_what_was_said_before_is_there_to_read_and_counts_as_read(alice: User, carol: User, general: Room) -> None:
    say(alice, general, "before")
    Api(alice).put(f"/rooms/{general.pk}/members/{carol.pk}")
    assert [m["text"] for m in Api(carol).get(f"/rooms/{general.pk}/messages").json()["messages"]] == ["before"]
    assert Api(carol).get("/unread").json()["rooms"][str(general.pk)] == {"unread": 0, "mentions": 0}


def test_a_hundred_an_hour(alice: User, bob: User, general: Room) -> None:
    with limited():
        api = Api(alice)
        answers = [api.put(f"/rooms/{general.pk}/members/{bob.pk}") for _ in range(101)]
        assert [answer.status_code for answer in answers] == [200] * 100 + [429]
