from typing import Any

import pytest

from accounts.models import User
from messaging.models import Message
from messaging.serializers import MentionsOut
from messaging.services import sending
from messaging.services.changing import delete_message
from rooms.models import Room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, say
from tests.order import assert_no_holes, nothing_happens, told

KEY = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"


def _reply(person: User, room: Room, to: str) -> Any:
    return Api(person).post(f"/rooms/{room.pk}/messages", {"client_id": KEY, "text": "yes", "reply_to": to})


def test_a_reply_names_the_message_and_quotes_it(alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(alice, general, "Tea?")
    answer = _reply(bob, general, first.id).json()
    assert answer["reply_to"] == first.id
    assert told(published)[-1]["quoted"]["text"] == "Tea?"
    assert_no_holes(published, general)


def test_the_quoted_come_with_a_page_they_are_not_in(alice: User, bob: User, general: Room) -> None:
    first = say(alice, general, "Tea?")
    _reply(bob, general, first.id)
    path = f"/rooms/{general.pk}/messages"
    whole, last = Api(bob).get(path).json(), Api(bob).get(path, {"limit": 1}).json()
    assert whole["quoted"] == []
    assert [message["text"] for message in last["quoted"]] == ["Tea?"]
    assert {user["username"] for user in last["users"]} == {"alice", "bob"}


def test_only_what_is_in_the_room_can_be_replied_to(
    alice: User, bob: User, carol: User, general: Room, published: Published
) -> None:
    elsewhere = say(bob, make_room(bob))
    secret = say(carol, make_room(carol))
    assert Message.objects.filter(pk__in=[elsewhere.id, secret.id]).count() == 2
    published.clear()
    with nothing_happens(published):
        for to in (elsewhere.id, secret.id, "1234567890", "0", str(2**63)):
            assert refusal(_reply(bob, general, to)) == (404, "not_found")


def test_what_was_deleted_is_quoted_as_a_tombstone(alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(alice, general, "secret")
    delete_message(actor=alice, message_id=int(first.id))
    _reply(bob, general, first.id)
    assert told(published)[-1]["quoted"].items() >= {"id": first.id, "text": ""}.items()
    last = Api(bob).get(f"/rooms/{general.pk}/messages", {"limit": 1}).content
    assert b"secret" not in last


def test_also_if_it_is_deleted_while_the_reply_is_under_way(
    alice: User, bob: User, general: Room, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = say(alice, general, "secret")
    resolve = sending.resolve_mentions

    def delete_meanwhile(*how: Any) -> MentionsOut:
        delete_message(actor=alice, message_id=int(first.id))
        return resolve(*how)

    monkeypatch.setattr(sending, "resolve_mentions", delete_meanwhile)
    published.clear()
    assert _reply(bob, general, first.id).status_code == 201
    assert all("secret" not in envelope.text for envelope in published)
