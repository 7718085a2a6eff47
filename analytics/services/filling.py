"""Count days that are over, and the present one so far. Nothing but `DayCount` and its companions is written."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from analytics import facts
from analytics.days import DAY, day_of, days, end_of, start_of, zones
from analytics.desk import waits_between
from analytics.models import WHOLE_SITE, DayCount
from analytics.services.keeping import as_json, newcomers, replace_day, window_before
from analytics.tally import Tally, Window, tally
from core import clock
from core.errors import Invalid
from core.jobs import job, later
from rooms.models import Kind

# A day is counted again until this long after its end: what was begun before midnight may be committed after it.
SETTLED_AFTER = timedelta(hours=1)
LONGEST_JOB = 10.0  # seconds
AT_IT = timedelta(seconds=60)  # since the last day was begun: the next job of that one is on its way


class Filled(NamedTuple):
    """A day that was counted; how long it took, in seconds."""

    zone: str
    day: date
    messages: int
    took: float


def due(zone: str, *, first: date | None = None, last: date | None = None, rebuild: bool = False) -> list[date]:
    """Return the days to count, in order: those after what has been counted for good, up to today.

    `rebuild` counts those from `first` to `last` again. Days are counted without holes, since each builds on those before:
    raises `Invalid` for bounds that would leave one.
    """
    last = min(last or date.max, day_of(clock.now(), zone))
    start, end = _counted(zone)
    began = facts.beginning()
    if start is None or end is None:
        return list(days(max(first or date.min, day_of(began, zone)), last)) if began else []
    if first and (first > end or (first < start and not rebuild)):
        raise Invalid(
            message=f"{start} to {end - DAY} have been counted, next is {end}; earlier ones only with --rebuild."
        )
    if not rebuild:
        return list(days(end, last))
    if last < start - DAY:
        raise Invalid(message=f"Count up to {start - DAY} at least: from there on it has been counted.")
    earliest = min(start, day_of(began, zone)) if began else start
    return list(days(max(first or start, earliest), last))


def _counted(zone: str) -> tuple[date | None, date | None]:
    """Return the first day that has been counted, and the first after it that has not been for good."""
    kept = DayCount.objects.filter(zone=zone, room_id=WHOLE_SITE).order_by("day").values_list("day", "counted_at")
    found = list(kept)
    if not found:
        return None, None
    open_days = [day for day, at in found if at < end_of(day, zone) + SETTLED_AFTER]
    return found[0][0], min(open_days, default=found[-1][0] + DAY)


def fill(zone: str, todo: list[date]) -> Iterator[Filled]:
    """Count these days, which follow each other; each is kept before it is yielded, so that this may end at any time."""
    window = window_before(zone, todo[0]) if todo else Window()
    for day in todo:
        began = time.perf_counter()
        messages = _count(zone, day, window)
        yield Filled(zone, day, messages, time.perf_counter() - began)


def keep_filled() -> None:
    """Count what is due in every zone, unless somebody is at it."""
    lately = DayCount.objects.filter(zone__in=zones(), room_id=WHOLE_SITE, counted_at__gte=clock.now() - AT_IT)
    if not lately.exists():
        _fill_a_while()


@job()
def go_on_filling() -> None:
    _fill_a_while()


def _fill_a_while() -> None:
    """Count a long past in several jobs, and with a rest as long as each day took: other jobs, and the server that may run
    in this very process, come first."""
    give_up = time.monotonic() + LONGEST_JOB
    for zone in zones():
        todo = due(zone)
        for done in fill(zone, todo):
            if time.monotonic() > give_up and done.day != todo[-1]:
                return later(go_on_filling)
            time.sleep(min(done.took, 1))


def _count(zone: str, day: date, window: Window) -> int:
    started, start, end = clock.now(), start_of(day, zone), end_of(day, zone)
    found = tally(facts.messages_between(start, end), facts.files_between(start, end), zone)
    for room_id in facts.direct_among(found):
        del found[room_id]
    writers = {scope: counted.writers for scope, counted in found.items()}
    new = newcomers(zone, day, window.strangers(writers))
    window.take(day, writers)
    news = Counter(scope for scope, _ in new)
    counts = [
        _row(zone, day, scope, found.get(scope) or Tally(), window, news[scope], started)
        for scope in window.last.keys() | found.keys()
    ]
    _add_site(next(count for count in counts if count.room_id == WHOLE_SITE), start, end)
    replace_day(zone, day, counts, new)
    return found[WHOLE_SITE].messages


def _row(zone: str, day: date, scope: int, counted: Tally, window: Window, new: int, at: datetime) -> DayCount:
    return DayCount(
        zone=zone,
        day=day,
        room_id=scope,
        counted_at=at,
        messages=counted.messages,
        files=counted.files,
        active_day=len(counted.writers),
        active_week=window.active_week(scope, day),
        active_month=window.active_month(scope),
        new_people=new,
        hours=as_json(counted.hours) if counted.messages else "",
        writers=as_json(sorted(counted.writers)) if counted.writers else "",
    )


def _add_site(count: DayCount, start: datetime, end: datetime) -> None:
    """Add what only the whole site has."""
    kinds = Counter(facts.rooms_between(start, end))
    count.directs = kinds[Kind.DIRECT]
    count.rooms = kinds.total() - count.directs
    count.sign_ups = facts.sign_ups_between(start, end)
    waits = waits_between(start, end)
    count.waits = as_json(waits) if waits else ""
