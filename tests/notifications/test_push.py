"""A message becomes a push that only the reader's browser can read."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.conf import settings

from accounts.models import User
from messaging.services.changing import delete_message
from notifications.models import Device, Notice
from notifications.push.sealing import public_key
from notifications.services.deciding import notify_message
from notifications.services.telling import tell
from rooms.models import Room
from rooms.services.rooms import open_direct_room
from tests.clients import Api
from tests.factories import say
from tests.jobs import Jobs
from tests.notifications.browser import Browser, PushService, claims

Subscribe = Callable[..., Browser]


def test_the_browser_decrypts_what_was_said(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    message = say(alice, general, "Lunch,  @bob?\n**Now**, or 🍜 later")
    jobs.run()
    (note,) = service.notes_of(browser)
    assert note == {
        "kind": "message",
        "tag": f"room-{general.pk}",
        "room_id": str(general.pk),
        "seq": message.seq,
        "user_id": str(bob.pk),
        "url": f"/rooms/{general.pk}/{message.seq}",
        "sent_at": message.created_at,
        "title": "Alice in General",
        "body": "Lunch, @bob? **Now**, or 🍜 later",
    }


def test_the_service_learns_who_sends_and_how_urgent_it_is_but_not_what(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    say(alice, general, "a secret for @bob")
    jobs.run()
    (push,) = service.got
    said, key = claims(push)
    assert key == public_key()
    assert said["aud"] == service.url
    assert said["sub"] == settings.VAPID_SUBJECT
    assert 0 < said["exp"] - time.time() <= 24 * 3600
    assert push.headers["content-encoding"] == "aes128gcm"
    assert push.headers["urgency"] == "high"
    assert int(push.headers["ttl"]) > 0
    assert len(push.headers["topic"]) == 32
    assert str(general.pk) not in str(push.headers)
    assert len(push.body) <= 4096
    assert b"secret" not in push.body


def test_a_long_message_is_shortened(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    say(alice, general, "@bob " + "🦔" * 7_000)
    jobs.run()
    (push,) = service.got
    assert len(push.body) <= 4096
    (note,) = service.notes_of(browser)
    assert len(note["body"]) == 240
    assert note["body"].endswith("…")


def test_who_wants_no_text_on_the_way_gets_none(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    Api(bob).patch("/notifications", {"show_text": False})
    say(alice, general, "a secret for @bob")
    jobs.run()
    (note,) = service.notes_of(browser)
    assert (note["title"], note["body"]) == ("ChatFlow", "New message")
    assert "Alice" not in str(note)


def test_a_direct_message_is_titled_by_who_wrote_it(
    alice: User, bob: User, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    direct = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room
    say(alice, direct, "psst")
    jobs.run()
    assert [(note["title"], note["body"]) for note in service.notes_of(browser)] == [("Alice", "psst")]


def test_running_the_jobs_twice_pushes_once(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    say(alice, general, "@bob")
    again = list(jobs.pending)
    jobs.run()
    for _, arguments in again:
        notify_message.func(*arguments)
    tell.func(Notice.objects.get().pk)
    jobs.run()
    assert len(service.notes_of(browser)) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_forgotten(
    status: int, alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    service.status = status
    say(alice, general, "@bob")
    jobs.run()
    assert not Device.objects.exists()
    say(alice, general, "@bob again")
    assert jobs.pending == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_asked_again_until_it_takes_it(
    status: int, alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    service.statuses = [status, status]
    say(alice, general, "@bob")
    jobs.run()
    assert len(service.notes_of(browser)) == 3
    assert Device.objects.get().status == 201


def test_it_is_not_asked_for_ever(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    service.status = 500
    say(alice, general, "@bob")
    jobs.run()
    assert len(service.got) == 5
    assert Device.objects.get().status == 500


def test_a_refusal_is_not_repeated(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    service.status = 413
    say(alice, general, "@bob")
    jobs.run()
    assert len(service.got) == 1


def test_a_redirect_is_not_followed(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    service.status, service.headers = 307, {"Location": f"{service.url}/inside"}
    say(alice, general, "@bob")
    jobs.run()
    assert [push.path for push in service.got if push.path == "/inside"] == []
    assert len(service.got) == 1


def test_a_message_deleted_before_it_is_told_is_not_told(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    message = say(alice, general, "@bob oops")
    delete_message(actor=alice, message_id=int(message.id))
    jobs.run()
    assert service.got == []
