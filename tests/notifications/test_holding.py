"""Nobody is called who sits in front of it; what was read elsewhere is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from core import clock
from messaging.serializers import MessageOut
from messaging.services.changing import delete_message
from messaging.services.reading import read_to
from notifications.models import Notice
from notifications.services.deciding import notify_message
from notifications.services.telling import tell, tell_due
from rooms.models import Room
from rooms.services.members import remove_member
from tests.factories import say
from tests.jobs import Jobs
from tests.notifications.browser import Browser, PushService
from tests.notifications.conftest import Around

Subscribe = Callable[..., Browser]


def later_on(jobs: Jobs, seconds: float) -> None:
    """Let so much time pass and the jobs of that moment run."""
    with time_machine.travel(clock.now() + timedelta(seconds=seconds)):
        tell_due()
        jobs.run()


def test_nothing_is_sent_while_the_person_is_active(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    subscribe(bob)
    around.active = {bob.pk}
    say(alice, general, "@bob")
    jobs.run()
    for seconds in (16, 40, 70, 200, 600):
        later_on(jobs, seconds)
    assert service.got == []


def test_whoever_goes_away_without_reading_is_told_then(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    around.active = {bob.pk}
    say(alice, general, "@bob")
    jobs.run()
    around.active = set()
    later_on(jobs, 14)
    assert service.got == []
    later_on(jobs, 16)
    assert len(service.notes_of(browser)) == 1


def test_what_is_read_while_it_is_held_back_is_not_told(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    subscribe(bob)
    around.active = {bob.pk}
    message = say(alice, general, "@bob")
    jobs.run()
    read_to(actor=bob, room_id=general.pk, seq=message.seq)
    around.active = set()
    later_on(jobs, 16)
    assert service.got == []
    assert Notice.objects.get().due_at is None


def test_who_is_here_for_an_hour_without_reading_is_left_alone(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    subscribe(bob)
    around.active = {bob.pk}
    say(alice, general, "@bob")
    jobs.run()
    later_on(jobs, 3700)
    around.active = set()
    later_on(jobs, 7200)
    assert service.got == []


def test_where_nobody_can_tell_who_is_active_everybody_gets_one_chance_to_read(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    around.active = None
    say(alice, general, "@bob")
    jobs.run()
    assert service.got == []
    later_on(jobs, 16)
    assert len(service.notes_of(browser)) == 1


def test_messages_that_gather_while_held_back_are_told_as_one(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    browser = subscribe(bob, level="mentions")
    around.active = {bob.pk}
    say(alice, general, "@bob one")
    jobs.run()
    say(alice, general, "@bob two")
    jobs.run()
    around.active = set()
    later_on(jobs, 16)
    assert [note["body"] for note in service.notes_of(browser)] == ["@bob two"]


def test_what_is_read_elsewhere_is_withdrawn_from_every_device(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browsers = [subscribe(bob), subscribe(bob)]
    message = say(alice, general, "@bob")
    jobs.run()
    read_to(actor=bob, room_id=general.pk, seq=message.seq)
    jobs.run()
    for browser in browsers:
        note, withdrawal = service.shown_to(browser)
        assert withdrawal["kind"] == "withdraw"
        assert withdrawal["tag"] == note["tag"]
    topics = {push.headers["topic"] for push in service.got}
    assert len(topics) == 1  # at the service it takes the place of what was not fetched yet


def test_it_is_withdrawn_once(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    subscribe(bob)
    message = say(alice, general, "@bob")
    say(alice, general, "and more")
    jobs.run()
    for seq in (message.seq, message.seq + 1):
        read_to(actor=bob, room_id=general.pk, seq=seq)
    jobs.run()
    assert len(service.got) == 2


def test_reading_without_a_notification_costs_no_job(
    alice: User, bob: User, general: Room, subscribe: Subscribe, jobs: Jobs
) -> None:
    subscribe(bob)
    message = say(alice, general, "hello")
    read_to(actor=bob, room_id=general.pk, seq=message.seq)
    assert jobs.pending == []


@pytest.mark.parametrize("how", ["deleted", "removed"])
def test_what_may_no_longer_be_read_is_withdrawn(
    how: str, alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    message = say(alice, general, "@bob")
    jobs.run()
    if how == "deleted":
        delete_message(actor=alice, message_id=int(message.id))
    else:
        remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    jobs.run()
    assert [note["kind"] for note in service.shown_to(browser)] == ["message", "withdraw"]


def test_what_is_read_while_the_push_is_on_its_way_is_withdrawn_at_once(
    alice: User,
    bob: User,
    general: Room,
    subscribe: Subscribe,
    service: PushService,
    jobs: Jobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = subscribe(bob)
    message = say(alice, general, "@bob")
    take = service.take

    def read_meanwhile(push: object) -> int:
        read_to(actor=bob, room_id=general.pk, seq=message.seq)
        return take(push)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "take", read_meanwhile)
    jobs.run()
    assert [note["kind"] for note in service.shown_to(browser)] == ["message", "withdraw"]


def test_a_message_that_comes_while_another_is_told_is_told_next(
    alice: User,
    bob: User,
    general: Room,
    subscribe: Subscribe,
    service: PushService,
    jobs: Jobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = subscribe(bob)
    say(alice, general, "@bob one")
    take = service.take
    told: list[MessageOut] = []

    def talk_meanwhile(push: object) -> int:
        if not told:
            told.append(say(alice, general, "@bob two"))
            notify_message.func(int(told[0].id))
        return take(push)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "take", talk_meanwhile)
    jobs.run()
    assert [note["body"] for note in service.notes_of(browser)] == ["@bob one", "@bob two"]


def test_a_worker_that_dies_while_it_tells_leaves_the_notice_to_another(
    alice: User, bob: User, general: Room, subscribe: Subscribe, service: PushService, jobs: Jobs
) -> None:
    browser = subscribe(bob)
    say(alice, general, "@bob")
    jobs.run()
    Notice.objects.update(
        due_at=clock.now() + timedelta(minutes=5), shown_seq=0
    )  # as a worker leaves it that is killed
    tell.func(Notice.objects.get().pk)
    assert len(service.notes_of(browser)) == 1
    later_on(jobs, 301)
    assert len(service.notes_of(browser)) == 2
