"""Quiet hours, by the clock where the person is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import User
from rooms.models import Room
from tests.clients import Api
from tests.factories import say
from tests.jobs import Jobs
from tests.notifications.browser import Browser, PushService

Subscribe = Callable[..., Browser]


@pytest.mark.parametrize(
    ("start", "end", "zone", "is_told"),
    [
        (22 * 60, 7 * 60, "UTC", False),  # it is 23:30 in UTC
        (22 * 60, 23 * 60, "UTC", True),
        (23 * 60, 23 * 60 + 30, "UTC", True),  # the end is not quiet any more
        (22 * 60, 7 * 60, "America/New_York", True),  # 18:30 there
        (0, 1 * 60, "Europe/Berlin", False),  # 00:30 there
    ],
)
def test_quiet_hours_are_quiet_where_the_person_is(
    start: int,
    end: int,
    zone: str,
    is_told: bool,
    alice: User,
    bob: User,
    general: Room,
    subscribe: Subscribe,
    service: PushService,
    jobs: Jobs,
) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)):
        browser = subscribe(bob)
        Api(bob).patch("/notifications", {"quiet": {"start": start, "end": end, "zone": zone}})
        say(alice, general, "@bob")
        jobs.run()
    assert len(service.notes_of(browser)) == int(is_told)
