"""The numbers in the Django admin: its front page, a page for each room, CSV, and the tiles as JSON. For administrators."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from django.conf import settings
from django.contrib import admin
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from analytics.days import UTC_NAME, day_of, zones
from analytics.models import WHOLE_SITE
from analytics.serializers import PeriodIn
from analytics.services.live import live
from analytics.services.periods import Period, busiest_rooms, known_room, last_counted, period, report, today
from analytics.tables import days_csv, rooms_csv
from analytics.wording import cards, charts, comparable
from core import clock, wire
from core.api import key
from core.errors import Invalid, NotFound

log = logging.getLogger(__name__)
RANGES = (7, 30, 90, 365)
LISTED_ROOMS = 20
Page = Callable[..., HttpResponse]


class Link(NamedTuple):
    label: str
    href: str
    current: bool


class Choice(NamedTuple):
    """What somebody looks at: `zone` is `site` or `utc`, `length` one of RANGES or 0 for days of their own."""

    period: Period
    zone: str
    length: int
    wrong: str = ""

    def query(self, **other: Any) -> str:
        """Return the query string of this choice, with some of it changed."""
        days = {"days": self.length} if self.length else {"first": self.period.first, "last": self.period.last}
        return "?" + urlencode({"zone": self.zone} | ({} if "days" in other else days) | other)


def for_administrators(page: Page) -> Page:
    """Let the admin ask for a sign-in; whoever is no administrator then finds nothing here."""

    @require_safe
    @wraps(page)
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            if not viewer(request).is_superuser:
                raise Http404
            return page(request, **arguments)
        except NotFound:
            raise Http404 from None

    return admin.site.admin_view(answer)


def viewer(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def front_page(request: HttpRequest) -> HttpResponse:
    """Return the admin's own front page, for administrators with the numbers of the site above it.

    A database of analytics that is away must not keep anybody out of the admin.
    """
    extra: dict[str, Any] = {}
    if viewer(request).is_superuser:
        try:
            extra = _whole_site(request, choice(request.GET))
        except (DatabaseError, InterfaceError):
            log.exception("the numbers cannot be read")
            extra = {"numbers_away": True}
    return admin.site.index(request, extra_context=extra)


def _whole_site(request: HttpRequest, chosen: Choice) -> dict[str, Any]:
    rooms = busiest_rooms(actor=viewer(request), period=chosen.period, limit=LISTED_ROOMS)
    more = {"rooms": rooms.results, "live": live(actor=viewer(request))}
    return numbers(request, chosen, WHOLE_SITE) | more


@for_administrators
def room_page(request: HttpRequest, room_id: str) -> HttpResponse:
    room = known_room(key(room_id))
    context = admin.site.each_context(request) | numbers(request, choice(request.GET), room.pk)
    return TemplateResponse(request, "admin/analytics/room.html", context | {"room": room, "title": str(room)})


@for_administrators
def days_table(request: HttpRequest) -> HttpResponse:
    room_id = key(request.GET["room_id"]) if "room_id" in request.GET else WHOLE_SITE
    chosen = choice(request.GET)
    return _download(days_csv(report(actor=viewer(request), period=chosen.period, room_id=room_id)), "days", chosen)


@for_administrators
def rooms_table(request: HttpRequest) -> HttpResponse:
    chosen = choice(request.GET)
    return _download(
        rooms_csv(busiest_rooms(actor=viewer(request), period=chosen.period, limit=10_000)), "rooms", chosen
    )


@for_administrators
def live_numbers(request: HttpRequest) -> HttpResponse:
    return JsonResponse(msgspec.to_builtins(live(actor=viewer(request))), headers={"Cache-Control": "no-store"})


def _download(text: str, name: str, chosen: Choice) -> HttpResponse:
    file = f"chatflow-{name}-{chosen.period.first}-{chosen.period.last}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{file}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=disposition)


def choice(asked: Mapping[str, str]) -> Choice:
    """Return what a query string asks for; what cannot be meant becomes the last 30 days, and is told."""
    zone = "utc" if asked.get("zone") == "utc" else "site"
    if asked.get("first") or asked.get("last"):
        own = {name: asked[name] for name in ("first", "last") if asked.get(name)}
        try:
            return Choice(period(wire.validated(PeriodIn, own | {"zone": zone}, strict=False)), zone, 0)
        except Invalid as error:
            return _latest(zone, 30, f"That is not a range of days. {error.message}")
    length = next((days for days in RANGES if str(days) == asked.get("days")), 30)
    return _latest(zone, length)


def _latest(zone: str, length: int, wrong: str = "") -> Choice:
    """Return the last days that are over: one that is not would look like a fall."""
    name = settings.SITE_TIME_ZONE if zone == "site" else UTC_NAME
    last = day_of(clock.now(), name) - timedelta(days=1)
    return Choice(Period(name, last - timedelta(days=length - 1), last), zone, length, wrong)


def numbers(request: HttpRequest, chosen: Choice, room_id: int) -> dict[str, Any]:
    """Return what the template of the numbers is given."""
    found = report(actor=viewer(request), period=chosen.period, room_id=room_id)
    whole = room_id == WHOLE_SITE
    return {
        "chosen": chosen,
        "counted_at": last_counted(chosen.period.zone),
        "today": today(actor=viewer(request), zone=chosen.period.zone, room_id=room_id),
        "today_date": day_of(clock.now(), chosen.period.zone),
        "comparable": comparable(found),
        "cards": cards(found, whole_site=whole),
        "charts": charts(found, whole_site=whole),
        "ranges": [Link(f"{days} days", chosen.query(days=days), days == chosen.length) for days in RANGES],
        "zones": _zones(chosen),
        "csv": chosen.query(**({} if whole else {"room_id": room_id})),
        "whole_site": whole,
    }


def _zones(chosen: Choice) -> list[Link]:
    names = zip(("utc", "site"), zones(), strict=False)
    found = [Link(name, chosen.query(zone=zone), zone == chosen.zone) for zone, name in names]
    return found if len(found) > 1 else []
