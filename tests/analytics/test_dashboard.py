"""The admin's front page shows administrators the numbers, and a spreadsheet can take them without harm."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from analytics import pages
from analytics.charts import HEIGHT, TOP, Series, bar_chart, ceiling, line_chart
from analytics.models import WHOLE_SITE
from analytics.tables import harmless
from rooms.models import Kind, Room
from tests.analytics.history import BERLIN, BruteForce, make_past, message_of
from tests.clients import Api

FIRST, LAST = date(2026, 3, 1), date(2026, 4, 12)
OWN = "first=2026-03-25&last=2026-04-03"
PAGES = ["/admin/analytics/days.csv", "/admin/analytics/rooms.csv", "/admin/analytics/live.json"]


@pytest.fixture
def past(db: None, settings: Settings) -> None:
    settings.SITE_TIME_ZONE = BERLIN
    make_past(FIRST, LAST, edges=[datetime(2026, 3, 28, 23, tzinfo=UTC)])
    call_command("fill_analytics", "--to", LAST.isoformat())


@pytest.fixture
def root(admin: User, client: Client) -> Client:
    client.force_login(admin, "accounts.authentication.AdminSignIn")
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def table(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page(client, path))))


def card(html: str, label: str) -> str:
    found = re.search(rf"<h3>{label}</h3><strong>([^<]*)</strong>", html)
    assert found, label
    return found[1]


@pytest.mark.parametrize(("zone", "name"), [("utc", "UTC"), ("site", BERLIN)])
def test_the_page_shows_what_one_counts_by_hand(past: None, root: Client, zone: str, name: str) -> None:
    html, truth = page(root, f"/admin/?{OWN}&zone={zone}"), BruteForce(name)
    days = [truth.of(date(2026, 3, day), WHOLE_SITE) for day in range(25, 32)]
    days += [truth.of(date(2026, 4, day), WHOLE_SITE) for day in range(1, 4)]
    period = html.split('id="numbers-period"')[1]
    assert card(period, "Messages") == f"{sum(day['messages'] for day in days):,}"
    assert card(period, "Active in 7 days") == str(days[-1]["active_week"])
    assert card(period, "Active in 30 days") == str(days[-1]["active_month"])
    assert card(period, "New people") == str(sum(day["new_people"] for day in days))
    before = sum(truth.of(date(2026, 3, day), WHOLE_SITE)["messages"] for day in range(15, 25))
    assert f"than before ({before:,})" in period
    rows = re.findall(
        r'<th scope="row">(\d+ \w+ \d+)</th><td>([\d,]+)</td></tr>', period.split('id="chart-messages-title"')[1]
    )
    assert [int(value) for _, value in rows[:10]] == [day["messages"] for day in days]


def test_the_page_of_a_room_shows_that_room(past: None, root: Client) -> None:
    for room_id in BruteForce(BERLIN).rooms:
        period = page(root, f"/admin/analytics/rooms/{room_id}/?{OWN}").split('id="numbers-period"')[1]
        days = [date(2026, 3, day) for day in range(25, 32)] + [date(2026, 4, day) for day in range(1, 4)]
        truth = BruteForce(BERLIN)
        assert card(period, "Messages") == str(sum(truth.of(day, room_id)["messages"] for day in days))
        assert "Sign-ups" not in period


def test_direct_conversations_have_no_page(past: None, root: Client) -> None:
    direct = Room.objects.filter(kind=Kind.DIRECT).values_list("pk", flat=True)[0]
    for room_id in (direct, 7, "x"):
        assert root.get(f"/admin/analytics/rooms/{room_id}/").status_code == 404


def test_csv_holds_the_days(past: None, root: Client, admin: User) -> None:
    rows = table(root, f"/admin/analytics/days.csv?{OWN}")
    told = Api(admin).get("/analytics/days", {"first": "2026-03-25", "last": "2026-04-03"}).json()["days"]
    assert [row["zone"] for row in rows] == [BERLIN] * 10
    for row, day in zip(rows, told, strict=True):
        assert {name: row[name] for name in day} == {
            name: "" if value is None else str(value) for name, value in day.items()
        }


def test_csv_holds_one_room(past: None, root: Client) -> None:
    room_id = BruteForce(BERLIN).rooms[0]
    rows = table(root, f"/admin/analytics/days.csv?{OWN}&room_id={room_id}")
    truth = BruteForce(BERLIN)
    assert [int(row["messages"]) for row in rows] == [
        truth.of(date.fromisoformat(row["day"]), room_id)["messages"] for row in rows
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1+1", "\t=1", "＝1+1", "=cmd|' /C calc'!A0"])
def test_a_rooms_name_is_never_a_formula(past: None, root: Client, name: str) -> None:
    Room.objects.filter(kind=Kind.PUBLIC).update(name=name)
    rows = table(root, f"/admin/analytics/rooms.csv?{OWN}")
    assert {row["name"] for row in rows if row["kind"] == "public"} == {f"'{name}"}


def test_other_cells_stay_as_they_are() -> None:
    assert [harmless(cell) for cell in (5, 1.5, "general", "a-b", None, "")] == [5, 1.5, "general", "a-b", "", ""]


def test_a_rooms_name_is_no_markup(past: None, root: Client) -> None:
    Room.objects.filter(kind=Kind.PUBLIC).update(name="<script>alert(1)</script>")
    html = page(root, f"/admin/?{OWN}")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_the_page_needs_no_script_or_style_of_its_own(past: None, root: Client) -> None:
    html = page(root, f"/admin/?{OWN}").split('class="numbers"')[1]
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=|https?://", html.split('id="content-main"')[0])


def test_moderators_see_their_admin_without_numbers(past: None, mod: User, client: Client) -> None:
    client.force_login(mod, "accounts.authentication.AdminSignIn")
    assert 'class="numbers"' not in page(client, "/admin/")
    for path in [*PAGES, f"/admin/analytics/rooms/{BruteForce(BERLIN).rooms[0]}/"]:
        assert client.get(path).status_code == 404


def test_others_are_asked_to_sign_in(alice: User, client: Client) -> None:
    for person in (None, alice):
        if person:
            client.force_login(person, "accounts.authentication.AdminSignIn")
        for path in ["/admin/", *PAGES]:
            assert client.get(path).status_code == 302


def test_tiles_are_renewed_from_json(root: Client, admin: User) -> None:
    told = json.loads(page(root, "/admin/analytics/live.json"))
    assert [tile["name"] for tile in told["tiles"]] == ["sockets", "messages", "delivery_p50", "delivery_p99", "backup"]
    html = page(root, "/admin/")
    assert re.findall(r'data-tile="(\w+)"', html) == [tile["name"] for tile in told["tiles"]]


@pytest.mark.parametrize(
    "query",
    [
        "days=7",
        "days=365&zone=utc",
        "days=3",
        "first=x",
        "last=2026-03-01",
        "first=2026-03-05&last=2026-03-01",
        "zone=moon",
    ],
)
def test_any_query_shows_a_page(past: None, root: Client, query: str) -> None:
    html = page(root, f"/admin/?{query}")
    assert ("That is not a range of days" in html) == (query.startswith("first="))


def test_a_database_that_is_away_keeps_nobody_out(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr(pages, "report", away)
    html = page(root, "/admin/")
    assert "The numbers cannot be read" in html
    assert 'class="numbers"' not in html


def test_an_empty_site_says_how_to_count(root: Client) -> None:
    assert "fill_analytics" in page(root, "/admin/")


def test_an_hour_that_comes_twice_is_one_bar(db: None, root: Client, settings: Settings, admin: User) -> None:
    settings.SITE_TIME_ZONE = BERLIN
    room = Room.objects.create(kind=Kind.PUBLIC, name="Late", direct_key="late", created_by=admin)
    for at in (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)):  # 02:30, twice
        message_of(room, admin, at).save(force_insert=True)
    call_command("fill_analytics", "--to", "2026-10-26")
    told: Any = Api(admin).get("/analytics/days", {"first": "2026-10-25", "last": "2026-10-25"}).json()
    assert told["totals"]["hours"][2] == told["totals"]["messages"] == 2


def test_charts_draw_what_they_are_given() -> None:
    days = ["1", "2", "3", "4"]
    chart = bar_chart("x", "X", "", "Day", days, [Series("new", [1, 0, None, 4]), Series("old", [1, 2, None, 0])])
    assert [(bar.colour, round(bar.height, 1)) for bar in chart.bars] == [
        ("a", 29.6), ("b", 29.6), ("b", 59.2), ("a", 118.4),
    ]  # fmt: skip
    first, second = chart.bars[:2]
    assert second.y + second.height == pytest.approx(first.y, abs=0.02)
    assert all(bar.y >= TOP and bar.y + bar.height <= HEIGHT for bar in chart.bars)
    assert chart.rows[2] == ("3", ["–", "–"])
    assert line_chart("x", "X", "", "Day", days, [Series("new", [1, None, 2, 2])]).lines[0].path.count("M") == 2


@pytest.mark.parametrize(
    ("most", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (11, 20), (4_999, 5_000), (100_001, 200_000)]
)
def test_an_axis_ends_at_a_round_number(most: int, top: int) -> None:
    assert ceiling(most) == top
