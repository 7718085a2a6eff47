from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from accounts.models import User
from core import clock
from core.errors import Forbidden
from messaging.services.changing import delete_message, edit_message
from messaging.services.reacting import add_reaction
from rooms.models import Room
from rooms.services.members import leave_room
from rooms.services.rooms import archive_room, update_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, make_user, say
from tests.limits import limited
from tests.order import assert_no_holes, nothing_happens, told


def _edit(person: User, message_id: str, text: Any = "changed", **more: Any) -> Any:
    return Api(person).patch(f"/messages/{message_id}", {"text": text, **more})


def test_an_author_changes_the_text_and_everybody_hears_it(bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    answer = _edit(bob, first.id)
    assert answer.status_code == 200
    message = answer.json()
    assert message.items() >= {"id": first.id, "text": "changed", "seq": first.seq, "rev": first.rev + 1}.items()
    assert message["edited_at"] is not None
    assert message["created_at"] == first.created_at
    expected = {"type": "message.updated", "room_id": str(general.pk), "rev": first.rev + 1, "message": message}
    assert told(published)[-1] == expected
    assert_no_holes(published, general)
    assert general.last_seq == first.seq


def test_the_same_text_again_changes_nothing(bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    with nothing_happens(published):
        assert _edit(bob, first.id, "hello").json()["edited_at"] is None


def test_only_the_author_may_whatever_their_rank(alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    with nothing_happens(published):
        assert refusal(_edit(alice, first.id)) == (403, "message.not_author")


def test_an_outsider_finds_no_message_also_not_their_own_from_before(
    bob: User, carol: User, general: Room, published: Published
) -> None:
    first = say(bob, general)
    leave_room(actor=bob, room_id=general.pk)
    with nothing_happens(published):
        for person in (carol, bob):
            assert refusal(_edit(person, first.id)) == (404, "not_found")
        for message_id in ("1234567890", "x", "9" * 25):
            assert refusal(_edit(bob, message_id)) == (404, "not_found")


def test_the_window_closes(bob: User, general: Room, settings: Settings, published: Published) -> None:
    settings.EDIT_WINDOW = timedelta(minutes=10)
    first = say(bob, general)
    with time_machine.travel(clock.now() + timedelta(minutes=9)):
        edit_message(actor=bob, message_id=int(first.id), text="in time")
    too_late = time_machine.travel(clock.now() + timedelta(minutes=11))
    with too_late, nothing_happens(published), pytest.raises(Forbidden, match=r"message\.edit_expired"):
        edit_message(actor=bob, message_id=int(first.id), text="too late")
    assert_no_holes(published, general)


def test_who_did_not_see_the_latest_text_is_shown_it(bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    second = _edit(bob, first.id, "second", expected_rev=first.rev).json()
    with nothing_happens(published):
        answer = _edit(bob, first.id, "third", expected_rev=first.rev)
    assert refusal(answer) == (409, "message.stale")
    assert answer.json()["error"]["data"]["message"] == second
    assert _edit(bob, first.id, "third", expected_rev=second["rev"]).status_code == 200


def test_a_reaction_in_between_is_no_conflict(alice: User, bob: User, general: Room) -> None:
    first = say(bob, general)
    reacted = add_reaction(actor=alice, message_id=int(first.id), emoji="👍")
    edited = _edit(bob, first.id, expected_rev=first.rev).json()
    assert edited["rev"] > reacted.rev
    assert edited["reactions"] == [{"emoji": "👍", "user_ids": [str(alice.pk)]}]


def test_what_was_deleted_stays_so(bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    delete_message(actor=bob, message_id=int(first.id))
    with nothing_happens(published):
        assert refusal(_edit(bob, first.id)) == (409, "message.deleted")


def test_an_archived_room_keeps_its_texts_a_read_only_one_lets_correct_them(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    first = say(bob, general)
    update_room(actor=alice, room_id=general.pk, posting="moderators")
    assert _edit(bob, first.id).status_code == 200
    archive_room(actor=alice, room_id=general.pk, archived=True)
    with nothing_happens(published):
        assert refusal(_edit(bob, first.id, "again")) == (403, "room.archived")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "\0"}, "text"),
        ({"text": "x" * 8001}, "text"),
        ({"text": ["x"]}, "text"),
        ({"text": "x", "expected_rev": "1"}, "expected_rev"),
        ({"text": "x", "expected_rev": -1}, "expected_rev"),
        ({"text": "x", "author_id": "1"}, "author_id"),
    ],
)
def test_what_is_wrong_is_refused_by_name(
    bob: User, general: Room, body: dict[str, Any], field: str, published: Published
) -> None:
    first = say(bob, general)
    with nothing_happens(published):
        assert wrong_fields(Api(bob).patch(f"/messages/{first.id}", body)) == {field}


def test_of_edits_at_once_that_saw_the_same_text_one_gets_through(published: Published) -> None:
    alice = make_user("alice")
    room = make_room(alice)
    first = say(alice, room)
    room.refresh_from_db()
    edit = partial(edit_message, actor=alice, message_id=int(first.id), expected_rev=first.rev)
    results = at_once([partial(edit, text=f"text {number}") for number in range(8)])
    assert refusals(results) == ["message.stale"] * 7
    assert_no_holes(published, room)
    assert room.rev == first.rev + 1


def test_forty_changes_in_twenty_seconds(bob: User, general: Room) -> None:
    first = say(bob, general)
    with limited():
        # On a slow machine the allowance grows again meanwhile; forty at once there always are.
        statuses = [_edit(bob, first.id, f"text {number}").status_code for number in range(80)]
        assert statuses[:40] == [200] * 40
        assert 429 in statuses[40:]
