"""Numbers of a period, read from the days that were counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from statistics import fmean, median
from typing import NamedTuple

from django.conf import settings
from django.db.models import Sum
from msgspec import UNSET

from accounts.models import User
from analytics.days import DAY, UTC_NAME, day_of, days
from analytics.models import WHOLE_SITE, DayCount
from analytics.permissions import require_administrator
from analytics.serializers import DayOut, PeriodIn, ReportOut, RoomNumbersListOut, RoomNumbersOut, TotalsOut
from analytics.tally import HOURS
from core import clock
from core.clock import iso_or_none
from core.errors import Invalid, NotFound
from rooms.models import Kind, Room

USUAL_DAYS, MOST_DAYS = 30, 732
EARLIEST, LATEST = date(2000, 1, 1), date(9000, 1, 1)  # calendars end; what is before and after is not asked for
SUMMED = ("messages", "files", "new_people", "sign_ups", "rooms", "directs")
PLAIN = (*SUMMED, "active_day", "active_week", "active_month")


class Period(NamedTuple):
    """Days from `first` to `last`, both included, of a zone."""

    zone: str
    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """Return the equally long period just before this one."""
        return Period(self.zone, self.first - self.length * DAY, self.first - DAY)


class Kept(NamedTuple):
    """A day with what its totals are made of."""

    out: DayOut
    hours: list[int]
    waits: list[int]


def period(asked: PeriodIn) -> Period:
    """Return the period that is asked for; raises `Invalid` for one that ends before it begins, or is too long."""
    zone = settings.SITE_TIME_ZONE if asked.zone == "site" else UTC_NAME
    last = asked.last if asked.last is not UNSET else day_of(clock.now(), zone) - DAY
    first = asked.first if asked.first is not UNSET else max(last, EARLIEST) - (USUAL_DAYS - 1) * DAY
    if not EARLIEST <= first <= last <= LATEST or (last - first).days >= MOST_DAYS:
        raise Invalid(fields={"first": [f"Ask for 1 to {MOST_DAYS} days."]})
    return Period(zone, first, last)


def report(*, actor: User, period: Period, room_id: int = WHOLE_SITE) -> ReportOut:
    """Return the days of a period, what they come to, and the period before. Raises `NotFound` for all but administrators,
    and for rooms that are not there or are direct conversations."""
    require_administrator(actor)
    if room_id != WHOLE_SITE:
        known_room(room_id)
    now, before = _kept(period, room_id), _kept(period.before, room_id)
    return ReportOut(
        zone=period.zone,
        room_id=str(room_id) if room_id else None,
        counted_at=iso_or_none(last_counted(period.zone)),
        days=[day.out for day in now],
        totals=totals(period, now),
        previous=totals(period.before, before),
    )


def known_room(room_id: int) -> Room:
    """Return a room that has numbers of its own."""
    found = Room.objects.filter(pk=room_id).exclude(kind=Kind.DIRECT)[:1]
    for room in found:
        return room
    raise NotFound()


def last_counted(zone: str) -> datetime | None:
    """Return when the zone's last day was counted."""
    kept = DayCount.objects.filter(zone=zone, room_id=WHOLE_SITE).order_by("-day")
    return next(iter(kept.values_list("counted_at", flat=True)[:1]), None)


def today(*, actor: User, zone: str, room_id: int = WHOLE_SITE) -> DayOut:
    """Return the present day as far as it has been counted."""
    require_administrator(actor)
    day = day_of(clock.now(), zone)
    return _kept(Period(zone, day, day), room_id)[0].out


def _kept(period: Period, room_id: int) -> list[Kept]:
    """Return every day of the period. One that was counted without a row for the room was a silent one there."""
    near = DayCount.objects.filter(zone=period.zone, day__gte=period.first, day__lte=period.last)
    counted = set(near.filter(room_id=WHOLE_SITE).values_list("day", flat=True))
    rows = {row.day: row for row in near.filter(room_id=room_id).defer("writers")}
    return [_day(day, rows.get(day), day in counted) for day in days(period.first, period.last)]


def _day(day: date, row: DayCount | None, counted: bool) -> Kept:
    out = DayOut(day=day, counted=counted)
    if row is None:
        return Kept(out, [0] * HOURS, [])
    for name in PLAIN:
        setattr(out, name, getattr(row, name))
    out.returning_people = row.active_day - row.new_people
    waits = json.loads(row.waits or "[]")
    out.reports, (out.wait_median, out.wait_mean) = len(waits), _middle(waits)
    return Kept(out, json.loads(row.hours) if row.hours else [0] * HOURS, waits)


def totals(period: Period, kept: Sequence[Kept]) -> TotalsOut:
    """Return what the days come to. Means are over the days that were counted."""
    counted = [day.out for day in kept if day.out.counted]
    hours = [sum(hour) for hour in zip(*(day.hours for day in kept), strict=True)]
    waits = [wait for day in kept for wait in day.waits]
    middle, mean = _middle(waits)
    return TotalsOut(
        first=period.first,
        last=period.last,
        days_counted=len(counted),
        hours=hours,
        busiest_hour=hours.index(max(hours)) if any(hours) else None,
        active_day_mean=_mean(day.active_day for day in counted),
        returning_mean=_mean(day.returning_people for day in counted),
        active_week=counted[-1].active_week if counted else 0,
        active_month=counted[-1].active_month if counted else 0,
        reports=len(waits),
        wait_median=middle,
        wait_mean=mean,
        **{name: sum(getattr(day, name) for day in counted) for name in SUMMED},
    )


def _middle(waits: Sequence[int]) -> tuple[int | None, int | None]:
    return (round(median(waits)), round(fmean(waits))) if waits else (None, None)


def _mean(numbers: Iterable[int]) -> float:
    found = list(numbers)
    return round(fmean(found), 1) if found else 0


def busiest_rooms(*, actor: User, period: Period, limit: int) -> RoomNumbersListOut:
    """Return the rooms with most messages in the period, the busiest first."""
    require_administrator(actor)
    near = DayCount.objects.filter(zone=period.zone, day__gte=period.first, day__lte=period.last)
    counted = max(near.filter(room_id=WHOLE_SITE).count(), 1)
    sums = (
        near.filter(room_id__gt=WHOLE_SITE)
        .values_list("room_id")
        .annotate(said=Sum("messages"), sent=Sum("files"), new=Sum("new_people"), active=Sum("active_day"))
    )
    found = [row for row in sums.order_by("-said", "room_id")[:limit] if row[1] or row[2]]
    rooms = Room.objects.in_bulk([row[0] for row in found])
    results = [
        RoomNumbersOut(
            room_id=str(room_id),
            name=rooms[room_id].name,
            kind=rooms[room_id].kind,
            messages=said,
            files=sent,
            new_people=new,
            active_day_mean=round(active / counted, 1),
        )
        for room_id, said, sent, new, active in found
        if room_id in rooms
    ]
    return RoomNumbersListOut(zone=period.zone, first=period.first, last=period.last, results=results)
