"""The server keeps the days counted by itself, a long past in several jobs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from analytics.models import WHOLE_SITE, DayCount
from analytics.services import filling
from analytics.services.filling import due, keep_filled
from config.jobs import SCHEDULE
from tests.analytics.history import make_past
from tests.jobs import Jobs


def test_it_is_planned() -> None:
    assert keep_filled in [work for _, work in SCHEDULE]


def test_a_long_past_is_counted_in_several_jobs(
    transactional_db: None, jobs: Jobs, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    make_past(date(2026, 3, 1), date(2026, 3, 20), edges=[])
    time_machine.move_to(datetime.fromisoformat("2026-03-25T12:00:00+00:00"), tick=False)
    monkeypatch.setattr(filling, "LONGEST_JOB", -1.0)  # time is up after each day
    keep_filled()
    assert DayCount.objects.filter(room_id=WHOLE_SITE).count() == 1
    assert jobs.run() == 24
    assert due("UTC") == [date(2026, 3, 25)]
    assert DayCount.objects.filter(room_id=WHOLE_SITE).count() == 25


def test_who_comes_while_another_counts_leaves_it_to_that_one(
    transactional_db: None, jobs: Jobs, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    make_past(date(2026, 3, 1), date(2026, 3, 5), edges=[])
    time_machine.move_to(datetime.fromisoformat("2026-03-06T12:00:00+00:00"), tick=False)
    monkeypatch.setattr(filling, "LONGEST_JOB", -1.0)
    keep_filled()
    keep_filled()
    assert jobs.pending == [("go_on_filling", [])]
    time_machine.shift(120)
    keep_filled()  # whoever it was has died
    assert DayCount.objects.filter(room_id=WHOLE_SITE).count() == 2
