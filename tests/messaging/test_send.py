from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from core import clock
from core.errors import Forbidden
from messaging.models import Message
from messaging.services.changing import delete_message, edit_message
from rooms.models import Room
from rooms.services.members import change_role, remove_member
from rooms.services.rooms import archive_room, open_direct_room, update_room
from rooms.services.sanctions import mute_member, restore_person, suspend_person
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, say
from tests.limits import limited
from tests.order import assert_no_holes, nothing_happens, told

KEY = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"


def _send(person: User, room: Room, text: Any = "hello", **more: Any) -> Any:
    body = {"client_id": KEY, "text": text, **more}
    return Api(person).post(f"/rooms/{room.pk}/messages", body)


def test_a_member_sends_and_everybody_in_the_room_hears_it(bob: User, general: Room, published: Published) -> None:
    answer = _send(bob, general, "hello")
    assert answer.status_code == 201
    message = answer.json()
    place = general.rev + 1
    assert message == {
        "id": message["id"], "room_id": str(general.pk), "seq": place, "rev": place, "client_id": KEY,
        "author_id": str(bob.pk), "text": "hello", "reply_to": None, "mentions": {"user_ids": [], "room": False},
        "reactions": [], "files": [], "previews": [], "created_at": message["created_at"], "edited_at": None,
        "deleted_at": None, "pinned_by": None, "pinned_at": None,
    }  # fmt: skip
    [event] = told(published)
    assert published[0].topic == f"room.{general.pk}"
    assert event.items() >= {"type": "message.created", "rev": place, "message": message, "quoted": None}.items()
    assert event["author"]["username"] == "bob"
    assert_no_holes(published, general)
    assert general.last_seq == place
    assert general.last_message_at is not None
    assert Api(bob).get(f"/messages/{message['id']}").json() == message


@pytest.mark.parametrize(
    "text",
    [
        "  leading and trailing \n",
        "\n\nlines\n",
        "<script>alert(1)</script>",
        "👩‍👩‍👧‍👦 é \u202e",
        "中" * 8000,
        "😀" * 8000,
        ".",
        "\\u0000",
    ],
)
def test_text_is_kept_as_it_was_typed(bob: User, general: Room, text: str) -> None:
    assert _send(bob, general, text).json()["text"] == text
    page = Api(bob).get(f"/rooms/{general.pk}/messages").json()
    assert [message["text"] for message in page["messages"]] == [text]


def test_a_retry_is_answered_with_the_first_and_nobody_hears_it_twice(
    bob: User, general: Room, published: Published
) -> None:
    first = _send(bob, general)
    with nothing_happens(published):
        again, shouted = _send(bob, general), _send(bob, general, client_id=KEY.upper())
    assert (first.status_code, again.status_code, shouted.status_code) == (201, 200, 200)
    assert first.json() == again.json() == shouted.json()


@pytest.mark.parametrize("since", ["mute", "removal", "archive", "read only", "suspension", "deletion", "edit"])
def test_whatever_has_happened_since(since: str, alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(bob, general, client_id=KEY)
    happen: dict[str, Callable[[], Any]] = {
        "mute": lambda: mute_member(room_id=general.pk, user_id=bob.pk, until=clock.now() + timedelta(hours=1)),
        "removal": lambda: remove_member(actor=alice, room_id=general.pk, user_id=bob.pk),
        "archive": lambda: archive_room(actor=alice, room_id=general.pk, archived=True),
        "read only": lambda: update_room(actor=alice, room_id=general.pk, posting="moderators"),
        "suspension": lambda: suspend_person(user=bob),
        "deletion": lambda: delete_message(actor=bob, message_id=int(first.id)),
        "edit": lambda: edit_message(actor=bob, message_id=int(first.id), text="changed"),
    }
    happen[since]()
    with nothing_happens(published):
        again = say(bob, general, client_id=KEY)
    assert (again.id, again.seq) == (first.id, first.seq)
    assert again.text == {"deletion": "", "edit": "changed"}.get(since, "hello")


def test_who_is_too_fast_is_told_so_but_not_about_what_has_arrived(bob: User, general: Room) -> None:
    with limited():
        first = _send(bob, general)
        bodies = [{"client_id": str(uuid.uuid4()), "text": "hi"} for _ in range(30)]
        answers = [Api(bob).post(f"/rooms/{general.pk}/messages", body) for body in bodies]
        assert [answer.status_code for answer in answers] == [201] * 29 + [429]
        assert refusal(answers[-1]) == (429, "rate_limited")
        assert answers[-1].json()["error"]["retry_after"] > 0
        assert _send(bob, general).json() == first.json()
        general.refresh_from_db()
        assert general.rev == first.json()["rev"] + 29


def test_the_same_key_for_something_else_is_refused(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    other = make_room(alice, bob)
    first = say(alice, general)
    _send(bob, general)
    with nothing_happens(published):
        for answer in (_send(bob, general, "other"), _send(bob, other), _send(bob, general, reply_to=first.id)):
            assert refusal(answer) == (409, "client_id.reused")
    assert Message.objects.filter(author=bob).count() == 1


def test_two_people_may_use_the_same_key(alice: User, bob: User, general: Room) -> None:
    assert _send(alice, general).status_code == _send(bob, general).status_code == 201


def test_an_outsider_does_not_get_through(
    alice: User, carol: User, admin: User, general: Room, published: Published
) -> None:
    public, direct = make_room(alice, kind="public"), open_direct_room(actor=alice, user_ids=[alice.pk])[0].room
    published.clear()
    with nothing_happens(published):
        for person in (carol, admin):
            for room in (general, public, direct):
                assert refusal(_send(person, room)) == (404, "not_found")


def test_where_only_moderators_post(alice: User, bob: User, general: Room, published: Published) -> None:
    update_room(actor=alice, room_id=general.pk, posting="moderators")
    with nothing_happens(published):
        assert refusal(_send(bob, general)) == (403, "room.read_only")
    assert _send(alice, general).status_code == 201
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    assert _send(bob, general).status_code == 201
    assert_no_holes(published, general)


def test_in_an_archived_room_nobody_posts(alice: User, general: Room, published: Published) -> None:
    archive_room(actor=alice, room_id=general.pk, archived=True)
    with nothing_happens(published):
        assert refusal(_send(alice, general)) == (403, "room.archived")


def _mute(room: Room, bob: User, hours: int | None) -> None:
    until = clock.now() + timedelta(hours=hours) if hours else None
    mute_member(room_id=room.pk, user_id=bob.pk, until=until)


OPENED: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "mute": (lambda room, a, b: _mute(room, b, 1), lambda room, a, b: _mute(room, b, None)),
    "archive": (
        lambda room, a, b: archive_room(actor=a, room_id=room.pk, archived=True),
        lambda room, a, b: archive_room(actor=a, room_id=room.pk, archived=False),
    ),
    "read only": (
        lambda room, a, b: update_room(actor=a, room_id=room.pk, posting="moderators"),
        lambda room, a, b: update_room(actor=a, room_id=room.pk, posting="everyone"),
    ),
    "suspension": (lambda room, a, b: suspend_person(user=b), lambda room, a, b: restore_person(user=b)),
}


@pytest.mark.parametrize("name", OPENED)
def test_a_refusal_is_not_remembered(name: str, alice: User, bob: User, general: Room) -> None:
    close, reopen = OPENED[name]
    say(bob, general)
    close(general, alice, bob)
    with pytest.raises(Forbidden):
        say(bob, general)
    reopen(general, alice, bob)
    say(bob, general)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n\t\u3000"}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "x" * 8001}, "text"),
        ({"text": 7}, "text"),
        ({"text": None}, "text"),
        ({"client_id": "x"}, "client_id"),
        ({"client_id": KEY + "0"}, "client_id"),
        ({"client_id": KEY + "\n"}, "client_id"),
        ({"client_id": KEY.replace("-", "")}, "client_id"),
        ({"client_id": 7}, "client_id"),
        ({"reply_to": 7}, "reply_to"),
        ({"reply_to": "x"}, "reply_to"),
        ({"author_id": "1"}, "author_id"),
        ({"seq": 1}, "seq"),
    ],
)
def test_what_is_wrong_is_refused_by_name(
    bob: User, general: Room, change: dict[str, Any], field: str, published: Published
) -> None:
    with nothing_happens(published):
        assert wrong_fields(_send(bob, general, **change)) == {field}


@pytest.mark.parametrize("room_id", ["1234567890", "0", "x", "9" * 25, "-1"])
def test_a_room_that_never_was(bob: User, room_id: str) -> None:
    answer = Api(bob).post(f"/rooms/{room_id}/messages", {"client_id": KEY, "text": "hi"})
    assert refusal(answer) == (404, "not_found")


@pytest.mark.parametrize("text", ["\u200b\u2060", " \n\t", "\u202e\u200f"])
def test_a_text_with_nothing_to_see_is_refused(bob: User, general: Room, text: str) -> None:
    body = {"client_id": str(uuid.uuid4()), "text": text}
    assert refusal(Api(bob).post(f"/rooms/{general.pk}/messages", body)) == (400, "invalid")
