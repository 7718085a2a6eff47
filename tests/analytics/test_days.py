"""A day of a time zone begins and ends when its clocks say so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.days import day_of, end_of, start_of
from tests.analytics.history import BERLIN


def test_days_are_as_long_as_clocks_make_them() -> None:
    lengths = {
        (zone, day): end_of(date.fromisoformat(day), zone) - start_of(date.fromisoformat(day), zone)
        for zone, day in [
            (BERLIN, "2026-03-29"), (BERLIN, "2026-10-25"), (BERLIN, "2026-10-26"), ("UTC", "2026-03-29"),
            ("Australia/Lord_Howe", "2026-04-05"), ("America/Havana", "2026-03-08"), ("America/Havana", "2026-11-01"),
            ("Pacific/Apia", "2011-12-30"),
        ]
    }  # fmt: skip
    hours = [length / timedelta(hours=1) for length in lengths.values()]
    assert hours == [23, 25, 24, 24, 24.5, 23, 25, 0]


def test_every_moment_is_in_the_day_that_begins_before_it() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at < datetime(2027, 1, 1, tzinfo=UTC):
        for zone in (BERLIN, "America/Havana", "Australia/Lord_Howe"):
            day = day_of(at, zone)
            assert start_of(day, zone) <= at < end_of(day, zone)
            assert at.astimezone(ZoneInfo(zone)).date() == day
        at += timedelta(minutes=29)
