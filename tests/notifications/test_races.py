"""Two workers with the same job at the same moment: people are told once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from accounts.models import User
from notifications.models import Notice
from notifications.services.deciding import notify_message
from notifications.services.telling import tell
from rooms.models import Room
from tests.accounts.racing import at_once
from tests.factories import say
from tests.jobs import Jobs
from tests.notifications.browser import Browser, PushService

Subscribe = Callable[..., Browser]


def test_workers_that_decide_at_once_note_it_once(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    message = say(alice, general, "@bob")
    at_once([lambda: notify_message.func(int(message.id))] * 6)
    jobs.run()
    assert Notice.objects.count() == 1
    tell.func(Notice.objects.get().pk)
    assert len(service.notes_of(browser)) == 1


def test_workers_that_tell_at_once_push_once(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    message = say(alice, general, "@bob")
    notify_message.func(int(message.id))
    notice_id = Notice.objects.get().pk
    at_once([lambda: tell.func(notice_id)] * 6)
    assert len(service.notes_of(browser)) == 1


def test_messages_decided_in_any_order_leave_the_latest(
    alice: User, bob: User, general: Room, subscribe: Subscribe, jobs: Jobs
) -> None:
    subscribe(bob)
    messages = [say(alice, general, f"@bob {number}") for number in range(6)]
    at_once([partial(notify_message.func, int(one.id)) for one in reversed(messages)])
    assert Notice.objects.get().seq == messages[-1].seq
