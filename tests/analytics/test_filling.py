"""What is kept of each day is what one counts by hand over all rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from analytics import facts
from analytics.days import day_of, days, end_of, start_of
from analytics.desk import set_desk
from analytics.models import WHOLE_SITE, DayCount, FirstDay
from analytics.services import filling
from analytics.services.filling import due, fill
from analytics.services.keeping import replace_day
from messaging.models import Attachment, Message, Purpose
from messaging.services.changing import delete_message
from rooms.models import Room
from tests.analytics.history import BERLIN, BruteForce, file_of, make_past, message_of, person_of, room_of
from tests.factories import say

FIRST, LAST = date(2026, 3, 1), date(2026, 4, 12)
SPRING = date(2026, 3, 29)  # the day of 23 hours in Berlin
FOREIGN = ("America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia")
QUIET = [date(2026, 3, 10), date(2026, 3, 11)]
EDGES = [
    start_of(day, zone) for day in (SPRING, SPRING + timedelta(days=1), date(2026, 4, 1)) for zone in ("UTC", BERLIN)
]


def counted(zone: str) -> dict[tuple[date, int], dict[str, Any]]:
    fields = (
        "messages",
        "files",
        "active_day",
        "active_week",
        "active_month",
        "new_people",
        "sign_ups",
        "rooms",
        "directs",
    )
    return {
        (row.day, row.room_id): {name: getattr(row, name) for name in fields} | {"hours": json.loads(row.hours or "[]")}
        for row in DayCount.objects.filter(zone=zone)
    }


def agrees_with_brute_force(zone: str, first: date = FIRST, last: date = LAST) -> bool:
    """Compare every day of every scope; a scope without a row has to have been silent for a month."""
    kept, truth = counted(zone), BruteForce(zone)
    for day in days(first, last):
        assert (day, WHOLE_SITE) in kept
        for scope in (WHOLE_SITE, *truth.rooms):
            told, known = truth.of(day, scope), kept.get((day, scope))
            if known is None:
                assert told["active_month"] == 0
                continue
            known["hours"] = known["hours"] or [0] * 24
            assert known == told, (zone, day, scope)
    return {scope for _, scope in kept} <= {WHOLE_SITE, *truth.rooms}


def fill_all(*, last: date = LAST, **bounds: Any) -> None:
    call_command("fill_analytics", "--to", last.isoformat(), *[f"--{name}={value}" for name, value in bounds.items()])


@pytest.fixture
def berlin(settings: Settings) -> None:
    settings.SITE_TIME_ZONE = BERLIN


@pytest.fixture
def past(db: None, berlin: None) -> None:
    make_past(FIRST, LAST, edges=EDGES, quiet=QUIET)


@pytest.mark.parametrize("zone", ["UTC", BERLIN])
def test_each_day_equals_a_count_by_hand(past: None, zone: str) -> None:
    fill_all()
    assert agrees_with_brute_force(zone)


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia"]
)
def test_so_do_the_days_of_zones_that_are_not_like_ours(zone: str, db: None, settings: Settings) -> None:
    settings.SITE_TIME_ZONE = zone
    first, last = date(2026, 10, 28), date(2026, 11, 10)
    make_past(first, last, edges=[start_of(day, zone) for day in days(first + timedelta(days=1), last)])
    fill_all(last=last)
    assert agrees_with_brute_force(zone, first, last)


def test_a_slice_is_small_and_the_sum_is_whole(past: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "SLICE", 3)
    fill_all()
    assert agrees_with_brute_force(BERLIN)


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


def rows() -> list[tuple[Any, ...]]:
    fields = [field.attname for field in DayCount._meta.fields if field.name not in ("id", "counted_at")]
    firsts = FirstDay.objects.values_list("zone", "room_id", "user_id", "day")
    return sorted([*DayCount.objects.values_list(*fields), *firsts], key=repr)


def test_counting_again_changes_nothing(past: None) -> None:
    fill_all()
    before, keys = rows(), set(DayCount.objects.exclude(room_id=WHOLE_SITE).values_list("pk", flat=True))
    fill_all()
    assert rows() == before
    call_command("fill_analytics", "--to", LAST.isoformat(), "--rebuild")
    assert rows() == before
    assert set(DayCount.objects.exclude(room_id=WHOLE_SITE).values_list("pk", flat=True)) == keys


def test_counting_again_mends_what_is_wrong(past: None) -> None:
    fill_all()
    before = rows()
    room_id = BruteForce("UTC").rooms[0]
    DayCount.objects.filter(room_id=room_id, day__gte=date(2026, 3, 20)).update(messages=999)
    DayCount.objects.filter(room_id=room_id, day__lt=date(2026, 3, 10)).delete()
    DayCount.objects.create(zone="UTC", day=date(2026, 3, 12), room_id=12345, messages=1)
    FirstDay.objects.filter(room_id=room_id).delete()
    FirstDay.objects.create(zone="UTC", day=date(2026, 3, 12), room_id=12345, user_id=1)
    assert rows() != before
    call_command("fill_analytics", "--to", LAST.isoformat(), "--rebuild")
    assert rows() == before


def test_interrupted_anywhere_it_goes_on_where_it_was(past: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_all()
    whole = rows()
    DayCount.objects.all().delete()
    FirstDay.objects.all().delete()
    for stop in (1, 5, 17, 60):
        left = iter(range(stop))

        def interrupted(*args: Any, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt
            replace_day(*args)

        monkeypatch.setattr(filling, "replace_day", interrupted)
        try:
            fill_all()
        except KeyboardInterrupt:
            continue
    monkeypatch.setattr(filling, "replace_day", replace_day)
    fill_all()
    assert rows() == whole


def test_an_interruption_within_a_day_leaves_the_day_as_it_was(
    transactional_db: None, past: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_all()
    before = rows()

    def lost(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FirstDay.objects, "bulk_create", lost)
    with pytest.raises(KeyboardInterrupt):
        call_command("fill_analytics", "--to", LAST.isoformat(), "--rebuild")
    assert rows() == before


def test_two_at_once_end_as_one_alone(transactional_db: None, berlin: None) -> None:
    make_past(date(2026, 3, 20), date(2026, 4, 2), edges=EDGES[:2])
    last, broken, both = date(2026, 4, 2), list[BaseException](), Barrier(2)

    def run() -> None:
        try:
            both.wait(10)
            fill_all(last=last)
        except BaseException as error:  # noqa: BLE001
            broken.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    for zone in ("UTC", BERLIN):
        assert agrees_with_brute_force(zone, date(2026, 3, 20), last)


def test_what_is_deleted_or_edited_later_still_counts(alice: User, general: Room) -> None:
    sent = [say(alice, general) for _ in range(3)]
    delete_message(actor=alice, message_id=int(sent[0].id))
    assert [done.messages for done in fill("UTC", due("UTC"))][-1] == 3


def test_only_files_of_messages_count_and_removed_ones_too(past: None) -> None:
    message = Message.objects.order_by("pk")[0]
    Attachment.objects.all().delete()
    sent, *others = [file_of(message, purpose) for purpose in Purpose]
    sent.removed_at = message.created_at + timedelta(minutes=1)
    waiting = file_of(message)
    waiting.attached_at = None
    Attachment.objects.bulk_create([sent, *others, waiting])
    fill_all()
    assert sum(DayCount.objects.filter(zone="UTC", room_id=WHOLE_SITE).values_list("files", flat=True)) == 1


def test_a_day_that_is_kept_outlives_the_messages_it_was_counted_from(past: None) -> None:
    fill_all()
    before = rows()
    Message.objects.all().delete()
    fill_all()
    assert rows() == before


def test_today_is_counted_again_and_again(alice: User, general: Room) -> None:
    for count in (1, 2, 3):
        say(alice, general)
        assert [done.messages for done in fill("UTC", due("UTC"))][-1] == count
    today = day_of(datetime.now(UTC), "UTC")
    assert DayCount.objects.get(day=today, room_id=general.pk).messages == 3


def test_a_day_is_settled_an_hour_after_its_end(past: None, time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 4, 2, 0, 59, tzinfo=UTC))
    list(fill("UTC", due("UTC")))
    assert due("UTC") == [date(2026, 4, 1), date(2026, 4, 2)]
    time_machine.move_to(datetime(2026, 4, 2, 1, 1, tzinfo=UTC))
    list(fill("UTC", due("UTC")))
    assert due("UTC") == [date(2026, 4, 2)]


def test_a_message_committed_late_is_found_again(db: None, time_machine: Any) -> None:
    before_midnight = datetime(2026, 4, 1, 23, 59, 59, tzinfo=UTC)
    owner = person_of(before_midnight - timedelta(days=1), 1)
    owner.save(force_insert=True)
    room = room_of(owner, before_midnight - timedelta(days=1))
    room.save(force_insert=True)
    time_machine.move_to(before_midnight + timedelta(seconds=10))
    list(fill("UTC", due("UTC")))
    message_of(room, owner, before_midnight).save(force_insert=True)
    list(fill("UTC", due("UTC")))
    assert DayCount.objects.get(day=date(2026, 4, 1), room_id=WHOLE_SITE).messages == 1


def test_bounds_that_would_leave_a_hole_are_refused(past: None) -> None:
    fill_all(last=date(2026, 3, 20), **{"from": "2026-03-10"})
    for wrong in (["--from=2026-03-22"], ["--from=2026-03-09"], ["--rebuild", "--to=2026-03-08"], ["--from=yesterday"]):
        with pytest.raises(CommandError):
            call_command("fill_analytics", *wrong)


def test_what_began_late_can_be_filled_from_the_beginning(past: None) -> None:
    fill_all(last=date(2026, 3, 20), **{"from": "2026-03-10"})
    call_command("fill_analytics", "--rebuild", "--from=2025-01-01", "--to", LAST.isoformat())
    assert agrees_with_brute_force("UTC")
    assert agrees_with_brute_force(BERLIN)


def test_an_empty_site_has_nothing_to_count(db: None) -> None:
    assert due("UTC") == []
    assert list(fill("UTC", [])) == []


def test_reports_are_counted_where_their_case_was_closed(past: None) -> None:
    answered = {datetime(2026, 3, 5, 12, tzinfo=UTC): 90, datetime(2026, 3, 5, 23, 30, tzinfo=UTC): 30}
    before = set_desk(
        lambda start, end: [timedelta(seconds=wait) for at, wait in answered.items() if start <= at < end]
    )
    try:
        fill_all()
    finally:
        set_desk(before)
    site = DayCount.objects.filter(room_id=WHOLE_SITE)
    assert site.get(zone="UTC", day=date(2026, 3, 5)).waits == "[30,90]"
    assert site.get(zone=BERLIN, day=date(2026, 3, 5)).waits == "[90]"
    assert site.get(zone=BERLIN, day=date(2026, 3, 6)).waits == "[30]"
