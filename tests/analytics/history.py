"""A made-up past with known answers: rows dated back, and the numbers of a day counted over all of them, one by one."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command

from accounts.models import User
from analytics.days import days, start_of
from analytics.models import WHOLE_SITE, DayCount
from core.ids import id_at
from messaging.models import Attachment, Message, Purpose, State
from rooms.models import Kind, Room

BERLIN = "Europe/Berlin"
BATCH = 500
FIRST, LAST = date(2026, 3, 1), date(2026, 4, 12)
SPRING = date(2026, 3, 29)  # the day of 23 hours in Berlin
QUIET = [date(2026, 3, 10), date(2026, 3, 11)]
EDGES = [
    start_of(day, zone) for day in (SPRING, SPRING + timedelta(days=1), date(2026, 4, 1)) for zone in ("UTC", BERLIN)
]


def person_of(at: datetime, number: int) -> User:
    name = f"person{number}"
    return User(
        pk=id_at(at), username=name, username_key=name, email=f"{name}@example.org", email_key=f"{name}@example.org",
        display_name=name, avatar_color="#336699", password="!", created_at=at,
    )  # fmt: skip


def room_of(owner: User, at: datetime, kind: str = Kind.PUBLIC, name: str = "Room") -> Room:
    return Room(pk=id_at(at), kind=kind, name=name, direct_key=uuid.uuid4().hex, created_by=owner, created_at=at)


def message_of(room: Room, author: User, at: datetime, **fields: Any) -> Message:
    """Return a message with the next place in `room`, made at `at`."""
    room.rev += 1
    fields = {"client_id": str(uuid.uuid4()), "text": "hello", "created_at": at} | fields
    return Message(pk=id_at(at), room=room, author=author, seq=room.rev, rev=room.rev, text_rev=room.rev, **fields)


def file_of(message: Message, purpose: str = Purpose.MESSAGE) -> Attachment:
    at = message.created_at
    return Attachment(
        pk=id_at(at), owner=message.author, purpose=purpose, state=State.READY, key=uuid.uuid4().hex, name="a.txt",
        media_type="text/plain", size=1, room_id=message.room_id, message_id=message.pk, attached_at=at, created_at=at,
    )  # fmt: skip


def make_past(first: date, last: date, *, edges: Sequence[datetime], quiet: Sequence[date] = (), seed: int = 1) -> None:
    """Store people, rooms, messages and files of these days (UTC), some at and around the `edges`; none on `quiet` days."""
    chance = random.Random(seed)  # noqa: S311 - the same past each time
    start, span = datetime.combine(first, datetime.min.time(), UTC), (last - first).days * 86_400_000

    def moment() -> datetime:
        at = start + timedelta(milliseconds=chance.randrange(span))
        return moment() if at.date() in quiet else at

    people = [person_of(moment(), number) for number in range(12)]
    kinds = [Kind.PUBLIC] * 2 + [Kind.PRIVATE] * 2 + [Kind.DIRECT] * 2
    rooms = [room_of(people[number], moment(), kind) for number, kind in enumerate(kinds)]
    moments = [moment() for _ in range(900)]
    moments += [edge + timedelta(milliseconds=off) for edge in edges for off in (-1, 0, 1)]
    said = [message_of(chance.choice(rooms), chance.choice(people), at) for at in moments]
    files = [file_of(message) for message in chance.sample(said, 120) for _ in range(chance.randint(1, 3))]
    for message in chance.sample(said, 40):
        message.text, message.deleted_at = "", message.created_at + timedelta(minutes=1)
    User.objects.bulk_create(people, BATCH)
    Room.objects.bulk_create(rooms, BATCH)
    Message.objects.bulk_create(said, BATCH)
    Attachment.objects.bulk_create(files, BATCH)


class BruteForce:
    """Every row of the tables, and plain loops over them."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        kinds = dict(Room.objects.values_list("pk", "kind"))
        self.said = [
            (at.astimezone(self.zone), room, author)
            for at, room, author in Message.objects.values_list("created_at", "room_id", "author_id")
        ]
        self.files = [
            (at.astimezone(self.zone), room)
            for at, room in Attachment.objects.filter(purpose=Purpose.MESSAGE).values_list("attached_at", "room_id")
            if at
        ]
        self.rooms = [pk for pk, kind in kinds.items() if kind != Kind.DIRECT]
        self.made = [
            (at.astimezone(self.zone).date(), kind) for at, kind in Room.objects.values_list("created_at", "kind")
        ]
        self.joined = [at.astimezone(self.zone).date() for at in User.objects.values_list("created_at", flat=True)]

    def of(self, day: date, scope: int) -> dict[str, Any]:
        """Return the numbers of a day as `DayCount` names them."""
        here = [(at, author) for at, room, author in self.said if scope in (WHOLE_SITE, room)]
        today = [(at, author) for at, author in here if at.date() == day]
        before = {author for at, author in here if at.date() < day}
        site = scope == WHOLE_SITE
        return {
            "messages": len(today),
            "files": sum(at.date() == day for at, room in self.files if scope in (WHOLE_SITE, room)),
            "active_day": len({author for _, author in today}),
            "active_week": len({author for at, author in here if 0 <= (day - at.date()).days <= 6}),
            "active_month": len({author for at, author in here if 0 <= (day - at.date()).days <= 29}),
            "new_people": len({author for _, author in today} - before),
            "sign_ups": sum(at == day for at in self.joined) if site else 0,
            "rooms": sum(at == day and kind != Kind.DIRECT for at, kind in self.made) if site else 0,
            "directs": sum(at == day and kind == Kind.DIRECT for at, kind in self.made) if site else 0,
            "hours": [sum(at.hour == hour for at, _ in today) for hour in range(24)],
        }


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
