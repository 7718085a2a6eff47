"""How numbers are said on the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from analytics.charts import Chart, Series, bar_chart, line_chart, number
from analytics.serializers import DayOut, ReportOut, TotalsOut

HOUR_LABELS = [f"{hour:02}" for hour in range(24)]


class Card(NamedTuple):
    """One number of a period, and what it was in the period before."""

    label: str
    value: str
    change: str
    about: str


def cards(report: ReportOut, *, whole_site: bool) -> list[Card]:
    """Return what a period comes to."""
    now, before = report.totals, report.previous
    told = [(label, name, about) for label, name, about in _CARDS if whole_site or name not in OF_THE_SITE]
    found = [
        Card(label, number(getattr(now, name)), _change(now, before, name) if comparable(report) else "", about)
        for label, name, about in told
    ]
    return found + [_wait(now, before)] * bool(whole_site and now.reports)


OF_THE_SITE = ("sign_ups", "rooms", "directs")
_CARDS = (
    ("Messages", "messages", "sent in this time"),
    ("Files", "files", "sent with them"),
    ("Active people a day", "active_day_mean", "who wrote, mean of the days"),
    ("Active in 7 days", "active_week", "up to the last day of this time"),
    ("Active in 30 days", "active_month", "up to the last day of this time"),
    ("New people", "new_people", "who wrote for the first time"),
    ("Returning people a day", "returning_mean", "who had written before, mean of the days"),
    ("Sign-ups", "sign_ups", "accounts made"),
    ("New rooms", "rooms", "public and private"),
    ("New direct conversations", "directs", ""),
)


def comparable(report: ReportOut) -> bool:
    """Return whether the period before was counted as a whole."""
    return report.previous.days_counted == len(report.days)


def _change(now: TotalsOut, before: TotalsOut, name: str) -> str:
    new, old = float(getattr(now, name)), float(getattr(before, name))
    if new == old:
        return f"as before ({number(old)})"
    if not old:
        return "before: 0"
    arrow, word = ("▲", "more") if new > old else ("▼", "less")
    return f"{arrow} {abs(new - old) / old:,.0%} {word} than before ({number(old)})"


def _wait(now: TotalsOut, before: TotalsOut) -> Card:
    earlier = "–" if before.wait_median is None else lasting(before.wait_median)
    about = f"median of {number(now.reports)} reports; mean {lasting(now.wait_mean or 0)}"
    return Card("Reports waited", lasting(now.wait_median or 0), f"before: {earlier}", about)


def lasting(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.0f} s"


def charts(report: ReportOut, *, whole_site: bool) -> list[Chart]:
    """Return the charts of a period."""
    days = report.days
    found = [
        bar_chart("messages", "Messages", _sum("Messages", days, "messages"), *_by_day(days, messages="messages")),
        line_chart("active", "Active people", f"People who wrote on a day, in 7 and in 30 days, {_span(days)}.",
                   *_by_day(days, active_day="on the day", active_week="in 7 days", active_month="in 30 days")),
        bar_chart("people", "New and returning people", f"People who wrote, per day {_span(days)}.",
                  *_by_day(days, new_people="new", returning_people="returning")),
        _hours(report.totals),
        bar_chart("files", "Files", _sum("Files", days, "files"), *_by_day(days, files="files")),
    ]  # fmt: skip
    return found + (_of_the_site(days) if whole_site else [])


def _of_the_site(days: Sequence[DayOut]) -> list[Chart]:
    tells = f"Accounts and rooms made per day {_span(days)}."
    made = _by_day(days, sign_ups="sign-ups", rooms="rooms", directs="direct conversations")
    return [line_chart("made", "Sign-ups and new rooms", tells, *made), *_desk(days)]


def _desk(days: Sequence[DayOut]) -> list[Chart]:
    if not any(day.reports for day in days):
        return []
    waits = [None if day.wait_median is None else round(day.wait_median / 60, 1) for day in days]
    column, labels, reports = _by_day(days, reports="reports")
    tells = f"Median minutes that reports waited until their case was closed, and how many they were, per day {_span(days)}."
    series = [Series("minutes waited", waits), *reports]
    return [line_chart("desk", "Response of the moderators", tells, column, labels, series)]


def _hours(totals: TotalsOut) -> Chart:
    busiest = totals.busiest_hour
    tells = "No messages." if busiest is None else f"Most between {busiest:02}:00 and {busiest + 1:02}:00."
    series = [Series("messages", totals.hours)]
    return bar_chart("hours", "Busiest hours", f"Messages by hour of the day. {tells}", "Hour", HOUR_LABELS, series)


def _by_day(days: Sequence[DayOut], **labels: str) -> tuple[str, list[str], list[Series]]:
    """Return the column's head, the days, and a series for each of these fields of theirs, by its label."""
    series = [
        Series(label, [getattr(day, name) if day.counted else None for day in days]) for name, label in labels.items()
    ]
    return "Day", [said(day.day) for day in days], series


def _span(days: Sequence[DayOut]) -> str:
    return f"from {said(days[0].day)} to {said(days[-1].day)}"


def said(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _sum(what: str, days: Sequence[DayOut], name: str) -> str:
    most = max(days, key=lambda day: int(getattr(day, name)))
    total = sum(int(getattr(day, name)) for day in days)
    return f"{what} per day {_span(days)}: {number(total)} in all, most on {said(most.day)} ({number(getattr(most, name))})."
