import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services.members import add_member, change_role
from rooms.services.rooms import archive_room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, say
from tests.order import assert_no_holes, nothing_happens


def test_an_owner_closes_a_room_and_opens_it_again(alice: User, general: Room, published: Published) -> None:
    closed = Api(alice).put(f"/rooms/{general.pk}/archive").json()
    opened = Api(alice).delete(f"/rooms/{general.pk}/archive").json()
    assert closed["archived_at"] is not None
    assert opened["archived_at"] is None
    assert [event["room"] for event in published.events] == [closed, opened]
    assert published.types == ["room.updated"] * 2
    assert_no_holes(published, general)


def test_doing_it_twice_changes_nothing(alice: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        assert Api(alice).delete(f"/rooms/{general.pk}/archive").json()["rev"] == general.rev
    archive_room(actor=alice, room_id=general.pk, archived=True)
    with nothing_happens(published):
        assert Api(alice).put(f"/rooms/{general.pk}/archive").json()["rev"] == general.rev + 1


@pytest.mark.parametrize("role", ["member", "moderator"])
def test_only_owners_may(alice: User, bob: User, general: Room, role: str, published: Published) -> None:
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role=role)
    with nothing_happens(published):
        assert refusal(Api(bob).put(f"/rooms/{general.pk}/archive")) == (403, "room.not_owner")
        assert refusal(Api(bob).delete(f"/rooms/{general.pk}/archive")) == (403, "room.not_owner")


def test_a_site_moderator_in_it_may_not_an_administrator_may(
    alice: User, mod: User, admin: User, general: Room
) -> None:
    for person in (mod, admin):
        add_member(actor=alice, room_id=general.pk, user_id=person.pk)
    assert refusal(Api(mod).put(f"/rooms/{general.pk}/archive")) == (403, "room.not_owner")
    assert Api(admin).put(f"/rooms/{general.pk}/archive").status_code == 200


def test_an_outsider_may_not(alice: User, carol: User, general: Room, published: Published) -> None:
    public = make_room(alice, kind="public")
    published.clear()
    with nothing_happens(published):
        for room in (general, public):
            assert refusal(Api(carol).put(f"/rooms/{room.pk}/archive")) == (404, "not_found")


def test_what_was_said_stays_to_be_read_and_marked(alice: User, bob: User, general: Room) -> None:
    sent = say(alice, general, "keep this")
    archive_room(actor=alice, room_id=general.pk, archived=True)
    page = Api(bob).get(f"/rooms/{general.pk}/messages").json()
    assert [message["text"] for message in page["messages"]] == ["keep this"]
    assert Api(bob).put(f"/rooms/{general.pk}/read", {"seq": sent.seq}).json()["unread"] == 0
