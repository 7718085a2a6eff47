from typing import Any

import pytest

from accounts.models import User
from messaging.services import pinning
from messaging.services.changing import delete_message
from messaging.services.pinning import pin_message, unpin_message
from rooms.models import Room
from rooms.services.members import change_role
from rooms.services.rooms import archive_room, open_direct_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, make_user, say
from tests.order import assert_no_holes, nothing_happens, told


def test_a_pin_is_heard_by_everybody_and_listed(alice: User, bob: User, general: Room, published: Published) -> None:
    first, second = say(bob, general, "first"), say(bob, general, "second")
    for sent in (second, first):
        answer = Api(alice).put(f"/messages/{sent.id}/pin")
        assert answer.status_code == 200
    message = answer.json()
    assert message["pinned_by"] == str(alice.pk)
    assert message["pinned_at"]
    assert told(published)[-1] == {
        "type": "message.pinned", "room_id": str(general.pk), "rev": message["rev"], "message": message,
        "user_id": str(alice.pk),
    }  # fmt: skip
    listed = Api(bob).get(f"/rooms/{general.pk}/pinned").json()
    assert [one["id"] for one in listed["results"]] == [first.id, second.id]
    assert [one["username"] for one in listed["users"]] == ["bob"]
    assert_no_holes(published, general)


def test_and_so_is_taking_it_away(alice: User, bob: User, general: Room, published: Published) -> None:
    sent = say(bob, general)
    pin_message(actor=alice, message_id=int(sent.id))
    message = Api(alice).delete(f"/messages/{sent.id}/pin").json()
    assert (message["pinned_by"], message["pinned_at"]) == (None, None)
    assert published.types[-1] == "message.unpinned"
    assert Api(bob).get(f"/rooms/{general.pk}/pinned").json() == {"results": [], "users": []}
    assert_no_holes(published, general)


def test_doing_it_twice_changes_nothing(alice: User, bob: User, general: Room, published: Published) -> None:
    sent = say(bob, general)
    with nothing_happens(published):
        assert Api(alice).delete(f"/messages/{sent.id}/pin").status_code == 200
    pin_message(actor=alice, message_id=int(sent.id))
    with nothing_happens(published):
        assert Api(alice).put(f"/messages/{sent.id}/pin").status_code == 200


def test_members_may_not_moderators_may(alice: User, bob: User, general: Room, published: Published) -> None:
    sent = say(bob, general)
    with nothing_happens(published):
        assert refusal(Api(bob).put(f"/messages/{sent.id}/pin")) == (403, "room.not_moderator")
        assert refusal(Api(bob).delete(f"/messages/{sent.id}/pin")) == (403, "room.not_moderator")
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    assert Api(bob).put(f"/messages/{sent.id}/pin").status_code == 200


def test_in_a_direct_conversation_both_may(alice: User, bob: User) -> None:
    room = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room
    sent = say(alice, room)
    assert Api(bob).put(f"/messages/{sent.id}/pin").status_code == 200


def test_an_outsider_pins_nothing(alice: User, carol: User, general: Room, published: Published) -> None:
    sent = say(alice, general)
    with nothing_happens(published):
        for message_id in (sent.id, "1234567890", "x"):
            assert refusal(Api(carol).put(f"/messages/{message_id}/pin")) == (404, "not_found")
            assert refusal(Api(carol).delete(f"/messages/{message_id}/pin")) == (404, "not_found")
        assert refusal(Api(carol).get(f"/rooms/{general.pk}/pinned")) == (404, "not_found")


def test_what_was_deleted_is_no_longer_pinned(alice: User, bob: User, general: Room, published: Published) -> None:
    sent = say(bob, general)
    pin_message(actor=alice, message_id=int(sent.id))
    delete_message(actor=bob, message_id=int(sent.id))
    assert Api(bob).get(f"/rooms/{general.pk}/pinned").json()["results"] == []
    with nothing_happens(published):
        assert refusal(Api(alice).put(f"/messages/{sent.id}/pin")) == (409, "message.deleted")


def test_nor_is_anything_pinned_in_an_archived_room(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    sent = say(bob, general)
    archive_room(actor=alice, room_id=general.pk, archived=True)
    with nothing_happens(published):
        assert refusal(Api(alice).put(f"/messages/{sent.id}/pin")) == (403, "room.archived")


def test_a_room_has_room_for_so_many(
    alice: User, bob: User, general: Room, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "MOST_PINNED", 2)
    sent = [say(bob, general) for _ in range(3)]
    for message in sent[:2]:
        pin_message(actor=alice, message_id=int(message.id))
    with nothing_happens(published):
        assert refusal(Api(alice).put(f"/messages/{sent[2].id}/pin")) == (409, "limit.reached")
    unpin_message(actor=alice, message_id=int(sent[0].id))
    assert Api(alice).put(f"/messages/{sent[2].id}/pin").status_code == 200


def test_ten_pins_at_once_all_stay(published: Published) -> None:
    alice = make_user("alice")
    room = make_room(alice)
    sent = [int(say(alice, room).id) for _ in range(10)]
    room.refresh_from_db()

    def pin(message_id: int) -> Any:
        return lambda: pin_message(actor=alice, message_id=message_id)

    assert refusals(at_once([pin(message_id) for message_id in sent])) == []
    assert len(Api(alice).get(f"/rooms/{room.pk}/pinned").json()["results"]) == 10
    assert_no_holes(published, room)
