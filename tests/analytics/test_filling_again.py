"""Days that are counted again, interrupted or by two at once are as if they had been counted once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from analytics.models import WHOLE_SITE, DayCount, FirstDay
from analytics.services import filling
from analytics.services.keeping import replace_day
from messaging.models import Message
from tests.analytics.history import BERLIN, EDGES, LAST, BruteForce, agrees_with_brute_force, fill_all, make_past


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


def test_a_day_that_is_kept_outlives_the_messages_it_was_counted_from(past: None) -> None:
    fill_all()
    before = rows()
    Message.objects.all().delete()
    fill_all()
    assert rows() == before


def test_what_began_late_can_be_filled_from_the_beginning(past: None) -> None:
    fill_all(last=date(2026, 3, 20), **{"from": "2026-03-10"})
    call_command("fill_analytics", "--rebuild", "--from=2025-01-01", "--to", LAST.isoformat())
    assert agrees_with_brute_force("UTC")
    assert agrees_with_brute_force(BERLIN)
