"""What administrators are told of a period is what one counts by hand over all rows; to others there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, median
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.models import User
from analytics.days import days
from analytics.desk import set_desk
from analytics.models import WHOLE_SITE
from messaging.models import Message
from rooms.models import Kind, Room
from tests.analytics.history import BERLIN, BruteForce, make_past, message_of, room_of
from tests.clients import Api, refusal, wrong_fields

FIRST, LAST = date(2026, 3, 1), date(2026, 4, 12)
PERIOD = {"first": "2026-03-25", "last": "2026-04-03"}  # ten days, one of them of 23 hours
NOBODYS_ID = "1234567890123456789"


@pytest.fixture
def past(db: None, settings: Settings) -> None:
    settings.SITE_TIME_ZONE = BERLIN
    make_past(FIRST, LAST, edges=[datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)])
    call_command("fill_analytics", "--to", LAST.isoformat())


def asked(admin: User, **query: str) -> Any:
    answer = Api(admin).get("/analytics/days", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def by_hand(zone: str, scope: int, first: date, last: date) -> dict[str, Any]:
    truth = BruteForce(zone)
    found = [truth.of(day, scope) for day in days(first, last)]
    sums = {
        name: sum(day[name] for day in found)
        for name in ("messages", "files", "new_people", "sign_ups", "rooms", "directs")
    }
    return sums | {
        "hours": [sum(hour) for hour in zip(*(day["hours"] for day in found), strict=True)],
        "active_day_mean": round(fmean(day["active_day"] for day in found), 1),
        "returning_mean": round(fmean(day["active_day"] - day["new_people"] for day in found), 1),
        "active_week": found[-1]["active_week"],
        "active_month": found[-1]["active_month"],
        "days_counted": len(found),
    }


def same(told: dict[str, Any], truth: dict[str, Any]) -> bool:
    return {name: told[name] for name in truth} == truth


@pytest.mark.parametrize(("zone", "name"), [("utc", "UTC"), ("site", BERLIN)])
def test_a_period_and_the_one_before_equal_a_count_by_hand(past: None, admin: User, zone: str, name: str) -> None:
    for scope in (WHOLE_SITE, *Room.objects.exclude(kind=Kind.DIRECT).values_list("pk", flat=True)):
        told = asked(admin, zone=zone, **PERIOD, **({"room_id": str(scope)} if scope else {}))
        assert told["zone"] == name
        assert same(told["totals"], by_hand(name, scope, date(2026, 3, 25), date(2026, 4, 3)))
        assert same(told["previous"], by_hand(name, scope, date(2026, 3, 15), date(2026, 3, 24)))
        hours = told["totals"]["hours"]
        assert told["totals"]["busiest_hour"] == (hours.index(max(hours)) if any(hours) else None)


def test_each_day_is_told(past: None, admin: User) -> None:
    told, truth = asked(admin, **PERIOD)["days"], BruteForce(BERLIN)
    assert [day["day"] for day in told] == [day.isoformat() for day in days(date(2026, 3, 25), date(2026, 4, 3))]
    for day in told:
        known = truth.of(date.fromisoformat(day["day"]), WHOLE_SITE)
        assert all(day[name] == value for name, value in known.items() if name != "hours")
        assert day["returning_people"] == known["active_day"] - known["new_people"]
        assert day["counted"]


def test_the_busiest_rooms_equal_a_count_by_hand(past: None, admin: User) -> None:
    told = Api(admin).get("/analytics/rooms", PERIOD).json()["results"]
    first, last = date(2026, 3, 25), date(2026, 4, 3)
    truth = {str(pk): by_hand(BERLIN, pk, first, last) for pk in BruteForce(BERLIN).rooms}
    assert {row["room_id"] for row in told} == {
        pk for pk, known in truth.items() if known["messages"] or known["files"]
    }
    for row in told:
        assert all(
            row[name] == truth[row["room_id"]][name] for name in ("messages", "files", "new_people", "active_day_mean")
        )
    assert [row["messages"] for row in told] == sorted((row["messages"] for row in told), reverse=True)
    few = Api(admin).get("/analytics/rooms", PERIOD | {"limit": "2"}).json()["results"]
    assert few == told[:2]


def test_direct_conversations_count_but_have_no_numbers_of_their_own(past: None, admin: User) -> None:
    direct = Room.objects.filter(kind=Kind.DIRECT).values_list("pk", flat=True)[0]
    assert Message.objects.filter(room_id=direct).exists()
    for room_id in (str(direct), NOBODYS_ID, "0" * 25):
        answer = Api(admin).get("/analytics/days", PERIOD | {"room_id": room_id})
        assert answer.status_code in (400, 404)


def test_days_that_were_not_counted_say_so(past: None, admin: User) -> None:
    told = asked(admin, first="2026-04-10", last="2026-04-15")
    assert [day["counted"] for day in told["days"]] == [True] * 3 + [False] * 3
    assert told["totals"]["days_counted"] == 3


def test_without_bounds_it_is_the_last_thirty_days_that_are_over(past: None, admin: User, time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 4, 5, 22, 30, tzinfo=UTC))  # in Berlin the sixth has begun
    told = {zone: asked(admin, zone=zone)["totals"] for zone in ("utc", "site")}
    assert [(total["first"], total["last"]) for total in told.values()] == [
        ("2026-03-06", "2026-04-04"),
        ("2026-03-07", "2026-04-05"),
    ]


def test_waits_of_a_period_are_those_of_its_reports(past: None, admin: User) -> None:
    start = datetime(2026, 3, 26, 12, tzinfo=UTC)
    waits = {start + timedelta(days=number): 10**number for number in range(5)}
    before = set_desk(lambda first, last: [timedelta(seconds=wait) for at, wait in waits.items() if first <= at < last])
    try:
        call_command("fill_analytics", "--to", LAST.isoformat(), "--rebuild")
    finally:
        set_desk(before)
    told = asked(admin, **PERIOD)["totals"]
    assert told["reports"] == 5
    assert (told["wait_median"], told["wait_mean"]) == (median(waits.values()), round(fmean(waits.values())))


def test_nothing_has_been_counted_yet(admin: User) -> None:
    told = asked(admin)
    assert told["counted_at"] is None
    assert told["totals"]["days_counted"] == 0
    assert told["totals"]["busiest_hour"] is None
    assert Api(admin).get("/analytics/rooms").json()["results"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "2020-01-01", "last": "2026-03-01"},
        {"first": "0001-01-01", "last": "0001-01-02"},
        {"first": "9999-12-31", "last": "9999-12-31"},
        {"first": "9999-12-31"},
        {"last": "0001-01-01"},
        {"first": "today"},
        {"zone": "Europe/Berlin"},
        {"room_id": "one"},
        {"everything": "1"},
    ],
)
def test_junk_is_refused_by_name(admin: User, query: dict[str, str]) -> None:
    assert wrong_fields(Api(admin).get("/analytics/days", query))


@pytest.mark.parametrize("path", ["/analytics/days", "/analytics/rooms", "/analytics/live"])
def test_there_is_nothing_for_anybody_but_administrators(
    path: str, api: Callable[[User | None], Api], admin: User, mod: User, alice: User, carol: User
) -> None:
    assert api(admin).get(path).status_code == 200
    for person in (mod, alice, carol):
        assert refusal(api(person).get(path)) == (404, "not_found")
    assert refusal(api(None).get(path)) == (401, "auth.required")


def test_an_owner_gets_no_numbers_of_their_own_room(alice: User, general: Room) -> None:
    assert refusal(Api(alice).get("/analytics/days", {"room_id": str(general.pk)})) == (404, "not_found")


def test_a_room_that_is_no_more_is_left_out(past: None, admin: User) -> None:
    owner = User.objects.filter(username="person1").get()
    room = room_of(owner, datetime(2026, 4, 12, 20, tzinfo=UTC), name="Gone")
    room.save(force_insert=True)
    message_of(room, owner, datetime(2026, 4, 12, 20, 30, tzinfo=UTC)).save(force_insert=True)
    call_command("fill_analytics", "--rebuild", "--to", LAST.isoformat())
    week = {"first": "2026-04-12", "last": "2026-04-12"}
    assert "Gone" in {row["name"] for row in Api(admin).get("/analytics/rooms", week).json()["results"]}
    Message.objects.filter(room_id=room.pk).delete()
    room.delete()
    assert "Gone" not in {row["name"] for row in Api(admin).get("/analytics/rooms", week).json()["results"]}
