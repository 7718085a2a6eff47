"""What notifications cost those who send: next to nothing, and no job where nobody could want one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from accounts.models import User
from core.events import set_watchers
from core.ids import COUNTER_BITS, EPOCH, NODE_BITS
from notifications.services.interest import interests
from notifications.services.missed import SEEN, find_missed
from notifications.services.watching import WATCHERS
from rooms.models import Room
from rooms.services.members import add_member
from tests.clients import Api
from tests.factories import say
from tests.jobs import Jobs
from tests.notifications.browser import Browser, PushService
from tests.statements import statements

Subscribe = Callable[..., Browser]


def test_a_warm_send_still_takes_two_statements_and_no_job(bob: User, general: Room, jobs: Jobs) -> None:
    say(bob, general)
    with statements() as asked:
        say(bob, general)
    assert len(asked) == 2
    assert jobs.pending == []


def test_what_nobody_wants_costs_no_job(
    alice: User, bob: User, general: Room, subscribe: Subscribe, jobs: Jobs
) -> None:
    subscribe(bob)
    say(alice, general, "hello")  # bob wants mentions
    say(alice, general, "hello @alice")
    say(bob, general, "@bob @room")
    assert jobs.pending == []
    with statements() as asked:
        say(alice, general, "hello")
    assert len(asked) == 2
    say(alice, general, "@bob")
    assert [name for name, _ in jobs.pending] == ["notify_message"]


def test_a_room_without_devices_takes_two_reads_once(bob: User, general: Room) -> None:
    say(bob, general)
    interests.clear()
    with statements() as asked:
        say(bob, general)
    assert len(asked) == 4


def test_a_new_device_a_choice_and_a_new_member_are_noticed_at_once(
    alice: User, bob: User, carol: User, general: Room, subscribe: Subscribe, jobs: Jobs
) -> None:
    say(alice, general)
    subscribe(bob)
    Api(bob).put(f"/rooms/{general.pk}/notifications", {"level": "all", "muted_until": None})
    say(alice, general)
    assert len(jobs.pending) == 1
    Api(bob).put(f"/rooms/{general.pk}/notifications", {"level": "nothing", "muted_until": None})
    say(alice, general, "@bob")
    assert len(jobs.pending) == 1
    subscribe(carol)
    add_member(actor=alice, room_id=general.pk, user_id=carol.pk)
    say(alice, general, "@carol")
    assert len(jobs.pending) == 2


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_message_whose_job_was_lost_is_found_again(
    is_lost: bool, alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    cache.delete(SEEN)
    if is_lost:
        set_watchers({})
    message = say(alice, general, "@bob")
    # As its id says: tests before may have travelled, and ids never go back.
    made_at = EPOCH + timedelta(milliseconds=int(message.id) >> (NODE_BITS + COUNTER_BITS))
    set_watchers(WATCHERS)
    jobs.run()
    with time_machine.travel(made_at):
        find_missed()
        jobs.run()
    assert len(service.notes_of(browser)) == (0 if is_lost else 1)  # too young to be called lost
    with time_machine.travel(made_at + timedelta(minutes=2)):
        find_missed()
        assert len(jobs.pending) == int(is_lost)
        jobs.run()
        find_missed()
        assert jobs.pending == []
    assert len(service.notes_of(browser)) == 1
