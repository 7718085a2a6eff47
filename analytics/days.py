"""Days as people count them: of UTC, and of the site's own zone with its clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

DAY = timedelta(days=1)
UTC_NAME = "UTC"


def zones() -> list[str]:
    """Return the names of the zones that days are counted in: UTC, and the site's if it is another."""
    return list(dict.fromkeys([UTC_NAME, settings.SITE_TIME_ZONE]))


@cache
def zone_info(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def start_of(day: date, zone: str) -> datetime:
    """Return when `day` begins there, in UTC. Where a clock change leaves out midnight, that is the moment of the change."""
    return datetime.combine(day, time.min, zone_info(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """Return when `day` ends: 23, 24 or 25 hours after its start, or none where a zone skipped a day."""
    return start_of(day + DAY, zone)


def day_of(moment: datetime, zone: str) -> date:
    return moment.astimezone(zone_info(zone)).date()


def hour_of(moment: datetime, zone: str) -> int:
    return moment.astimezone(zone_info(zone)).hour


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + number * DAY
