"""The numbers of this moment."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.timesince import timesince

from accounts.models import User
from analytics import facts
from analytics.models import Backup
from analytics.permissions import require_administrator
from analytics.serializers import LiveOut, TileOut
from analytics.speed import Lately, Speed
from core import clock, metrics
from core.clock import iso

MINUTE = timedelta(minutes=1)
lately = Lately()


def live(*, actor: User) -> LiveOut:
    """Return the tiles. Raises `NotFound` for all but administrators."""
    require_administrator(actor)
    now, reading = clock.now(), metrics.reading()
    speed = lately.take(reading.deliveries)
    tiles = [
        TileOut(
            name="sockets",
            label="Open sockets",
            value=reading.sockets,
            text=f"{reading.sockets:,}",
            about=f"signed in, as of the last two seconds; {_whose()}",
        ),
        _messages(now),
        _delivery("delivery_p50", "Send to deliver, p50", speed.median, speed),
        _delivery("delivery_p99", "Send to deliver, p99", speed.slowest, speed),
        _backup(now),
    ]
    return LiveOut(at=iso(now), tiles=tiles)


def _whose() -> str:
    """Say which processes count together: a number of one of several must not pass for all."""
    if os.environ.get(metrics.SHARED):
        return f"the {settings.WEB_CONCURRENCY} processes of this machine"
    return "this process alone, of however many share Redis" if settings.REDIS_URL else "the whole site"


def _messages(now: datetime) -> TileOut:
    count = facts.messages_since(now - MINUTE)
    return TileOut(
        name="messages",
        label="Messages per minute",
        value=count,
        text=f"{count:,}",
        about="sent in the last 60 seconds; the whole site",
    )


def _delivery(name: str, label: str, seconds: float | None, speed: Speed) -> TileOut:
    since = "since the start" if speed.seconds is None else f"in the last {_lasting(speed.seconds)}"
    return TileOut(
        name=name,
        label=label,
        value=seconds,
        text="–" if seconds is None else f"{seconds * 1000:.3g} ms",
        about=f"commit to written frame, estimated from {speed.deliveries:,} deliveries {since}; {_whose()}",
    )


def _lasting(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _backup(now: datetime) -> TileOut:
    for last in Backup.objects.order_by("-made_at")[:1]:
        ago = f"{timesince(last.made_at, now, depth=1)} ago".replace("\xa0", " ")
        about = f"{last.name}, {filesizeformat(last.bytes)}; as manage.py note_backup was told".replace("\xa0", " ")
        return TileOut(
            name="backup", label="Last backup", value=(now - last.made_at).total_seconds(), text=ago, about=about
        )
    about = "manage.py note_backup FILE, after each backup, tells this page of it"
    return TileOut(name="backup", label="Last backup", value=None, text="none noted", about=about)
