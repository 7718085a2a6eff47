"""Who is told of what: one table, and everybody who must never be told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from accounts.services.passwords import change_password
from accounts.services.sessions import end_session, list_sessions
from core import clock
from core.clock import iso
from messaging.services.changing import edit_message
from notifications.models import Device
from notifications.services.interest import interests
from notifications.services.telling import tell_due
from rooms.models import Room
from rooms.services.members import leave_room, remove_member
from rooms.services.rooms import open_direct_room
from rooms.services.sanctions import suspend_person
from tests.clients import Api
from tests.factories import PASSWORD, make_room, say
from tests.jobs import Jobs
from tests.notifications.browser import Browser, PushService
from tests.notifications.conftest import Around

Subscribe = Callable[..., Browser]
FOREVER = "9999-12-31T00:00:00.000Z"

# kind of message, what bob chose everywhere, what for this room, whether his device takes mentions alone -> is he told?
TABLE = [
    ("plain", {}, None, False, False),
    ("plain", {"room_level": "all"}, None, False, True),
    ("plain", {"room_level": "all"}, None, True, False),
    ("plain", {"room_level": "all"}, "mentions", False, False),
    ("plain", {}, "all", False, True),
    ("mention", {}, None, False, True),
    ("mention", {}, None, True, True),
    ("mention", {"room_level": "nothing"}, None, False, False),
    ("mention", {"room_level": "nothing"}, "mentions", False, True),
    ("mention", {}, "nothing", False, False),
    ("everybody", {}, None, False, True),
    ("everybody", {}, "nothing", False, False),
    ("reply", {}, None, False, True),
    ("reply", {}, None, True, True),
    ("reply", {"room_level": "nothing"}, None, False, False),
    ("direct", {}, None, False, True),
    ("direct", {}, None, True, True),
    ("direct", {"direct_level": "mentions"}, None, False, False),
    ("direct", {"direct_level": "nothing"}, None, False, False),
    ("direct", {"direct_level": "nothing"}, "all", False, True),
    ("direct", {}, "nothing", False, False),
]


@pytest.mark.parametrize(("kind", "everywhere", "here", "mentions_alone", "is_told"), TABLE)
def test_who_wants_it_is_told_and_nobody_else(
    kind: str,
    everywhere: dict[str, str],
    here: str | None,
    mentions_alone: bool,
    is_told: bool,
    alice: User,
    bob: User,
    subscribe: Subscribe,
    service: PushService,
    jobs: Jobs,
) -> None:
    room = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room if kind == "direct" else make_room(alice, bob)
    first = say(bob, room, "first")
    browser = subscribe(bob, **({"level": "mentions"} if mentions_alone else {}))
    Api(bob).patch("/notifications", everywhere)
    Api(bob).put(f"/rooms/{room.pk}/notifications", {"level": here, "muted_until": None})
    text = {"mention": "@bob", "everybody": "@room"}.get(kind, "hello")
    say(alice, room, text, **({"reply_to": int(first.id)} if kind == "reply" else {}))
    jobs.run()
    assert len(service.notes_of(browser)) == int(is_told)


def test_the_author_is_not_told_of_their_own(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(alice)
    Api(alice).patch("/notifications", {"room_level": "all"})
    first = say(alice, general, "@alice @room")
    say(alice, general, "yes", reply_to=int(first.id))
    jobs.run()
    assert service.got == []


def test_an_outsider_is_never_told(
    alice: User, carol: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(carol)
    Api(carol).patch("/notifications", {"room_level": "all"})
    say(alice, general, "@carol @room")
    assert jobs.pending == []
    jobs.run()
    assert service.got == []


@pytest.mark.parametrize("how", ["removed", "left", "suspended"])
def test_who_is_out_by_the_time_it_is_told_is_not_told(
    how: str, alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    say(alice, general, "a secret for @bob")
    if how == "removed":
        remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    elif how == "left":
        leave_room(actor=bob, room_id=general.pk)
    else:
        suspend_person(user=bob)
    jobs.run()
    assert service.got == []


def test_who_is_removed_between_the_decision_and_the_push_is_not_told(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    subscribe(bob)
    around.active = {bob.pk}
    say(alice, general, "a secret for @bob")
    jobs.run()
    remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    around.active = set()
    with time_machine.travel(clock.now() + timedelta(seconds=16)):
        tell_due()
        jobs.run()
    assert service.got == []


@pytest.mark.parametrize("until", [FOREVER, None])
def test_a_muted_room_tells_nothing_not_even_mentions(
    until: str | None, alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    Api(bob).put(f"/rooms/{general.pk}/notifications", {"level": "all", "muted_until": until})
    say(alice, general, "@bob @room")
    jobs.run()
    assert len(service.notes_of(browser)) == (0 if until else 1)


def test_a_mute_that_begins_after_the_message_holds_too(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    say(alice, general, "@bob")
    Api(bob).put(f"/rooms/{general.pk}/notifications", {"level": None, "muted_until": FOREVER})
    jobs.run()
    assert service.got == []


def test_a_mute_ends_by_itself(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    until = iso(clock.now() + timedelta(hours=1))
    Api(bob).put(f"/rooms/{general.pk}/notifications", {"level": None, "muted_until": until})
    say(alice, general, "@bob now")
    jobs.run()
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        interests.clear()  # twenty seconds have passed
        say(alice, general, "@bob later")
        jobs.run()
    assert [note["body"] for note in service.notes_of(browser)] == ["@bob later"]


def test_who_has_blocked_the_author_is_not_told(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    subscribe(bob)
    around.blocked = {(bob.pk, alice.pk)}
    say(alice, general, "@bob")
    jobs.run()
    assert service.got == []


def test_a_device_that_is_off_gets_nothing_and_the_other_does(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob, enabled=False)
    phone = subscribe(bob)
    say(alice, general, "@bob")
    jobs.run()
    assert len(service.notes_of(phone)) == len(service.got) == 1


@pytest.mark.parametrize("how", ["signed out", "ended elsewhere", "password changed"])
def test_a_device_ends_with_its_sign_in(
    how: str, alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    door = Api(bob)
    subscribe(bob, door)
    session = list_sessions(actor=bob)[0]
    if how == "signed out":
        assert door.post("/auth/sign-out").status_code == 204
    elif how == "ended elsewhere":
        end_session(user_id=bob.pk, session_id=session.pk)
    else:
        Api(bob)
        other = list_sessions(actor=bob)[0]
        change_password(actor=bob, session=other, current_password=PASSWORD, new_password="another good one")
    say(alice, general, "@bob")
    jobs.run()
    assert service.got == []
    assert not Device.objects.exists()


def test_whom_an_edit_names_is_told_once(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    message = say(alice, general, "hello")
    jobs.run()
    for text in ("hello @bob", "hello, @bob", "hello to you, @bob"):
        edit_message(actor=alice, message_id=int(message.id), text=text)
        jobs.run()
    assert [note["body"] for note in service.notes_of(browser)] == ["hello @bob"]
