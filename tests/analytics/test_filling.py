"""What is kept of each day is what one counts by hand over all rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from analytics import facts
from analytics.days import day_of, days, start_of
from analytics.desk import set_desk
from analytics.models import WHOLE_SITE, DayCount
from analytics.services.filling import due, fill
from messaging.models import Attachment, Message, Purpose
from messaging.services.changing import delete_message
from rooms.models import Room
from tests.analytics.history import (
    BERLIN,
    agrees_with_brute_force,
    file_of,
    fill_all,
    make_past,
    message_of,
    person_of,
    room_of,
)
from tests.factories import say

FOREIGN = ("America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia")


@pytest.mark.parametrize("zone", ["UTC", BERLIN])
def test_each_day_equals_a_count_by_hand(past: None, zone: str) -> None:
    fill_all()
    assert agrees_with_brute_force(zone)


@pytest.mark.parametrize("zone", FOREIGN)
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
