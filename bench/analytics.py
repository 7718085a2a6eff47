"""`python -m bench.analytics`: what counting a day costs on a site of a million messages, in the database of `DATABASE_URL`.

That has to be an empty one; without the variable it is SQLite in a folder of its own. Prints a row of the table in
docs/performance.md, Analytics.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("CHATFLOW_DATA", tempfile.mkdtemp(prefix="chatflow-bench-"))
os.environ.setdefault("SITE_TIME_ZONE", "Europe/Berlin")
django.setup()

from django.db import connection  # noqa: E402

from accounts.models import User  # noqa: E402
from analytics.days import zones  # noqa: E402
from analytics.models import DayCount  # noqa: E402
from analytics.services.filling import Filled, due, fill  # noqa: E402
from core.ids import id_at  # noqa: E402
from messaging.models import Message  # noqa: E402
from rooms.models import Room  # noqa: E402

BATCH = 2000
LAST = date(2026, 11, 1)
TEXT = "As long as a message usually is, that is about sixty to a hundred characters. " * 2


def site(people: int, rooms: int, at: datetime) -> tuple[list[User], list[Room]]:
    """Store people and public rooms that were made at `at`."""
    made = [
        User(
            pk=id_at(at), username=f"p{n}", username_key=f"p{n}", email=f"p{n}@example.org", email_key=f"p{n}@example.org",
            display_name=f"Person {n}", avatar_color="#336699", password="!", created_at=at,  # noqa: S106
        )
        for n in range(people)
    ]  # fmt: skip
    User.objects.bulk_create(made, BATCH)
    found = [
        Room(pk=id_at(at), kind="public", name=f"Room {n}", direct_key=f"bench {n}", created_by=made[0], created_at=at)
        for n in range(rooms)
    ]
    Room.objects.bulk_create(found, BATCH)
    return made, found


def messages(count: int, days: int, people: list[User], rooms: list[Room]) -> Iterator[Message]:
    """Yield this many messages of these days, in the order of their time; few rooms and people have most of them."""
    chance, span = random.Random(1), timedelta(days=days) / count
    at = datetime.combine(LAST, datetime.min.time(), UTC) - timedelta(days=days - 1)
    for number in range(count):
        room = rooms[int(len(rooms) * chance.random() ** 3)]
        author = people[int(len(people) * chance.random() ** 2)]
        room.rev += 1
        moment = at + number * span
        yield Message(
            pk=id_at(moment), room=room, author=author, seq=room.rev, rev=room.rev, text_rev=room.rev,
            client_id=str(uuid.UUID(int=number)), payload_hash="0" * 32, text=TEXT, created_at=moment,
        )  # fmt: skip


def store(made: Iterator[Message]) -> None:
    batch: list[Message] = []
    for message in made:
        batch.append(message)
        if len(batch) == BATCH:
            Message.objects.bulk_create(batch)
            batch.clear()
    Message.objects.bulk_create(batch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--quick", action="store_true", help="a site of 20,000 messages in ten days")
    asked = parser.parse_args()
    if asked.quick:
        asked.messages, asked.days, asked.people, asked.rooms = 20_000, 10, 50, 10
    call_command("migrate", verbosity=0, interactive=False)
    began = datetime.combine(LAST, datetime.min.time(), UTC) - timedelta(days=asked.days - 1, hours=1)
    people, rooms = site(asked.people, asked.rooms, began)
    store(messages(asked.messages, asked.days, people, rooms))
    started, cpu = time.perf_counter(), time.process_time()
    done = [found for zone in zones() for found in fill(zone, due(zone, last=LAST))]
    tell(asked, done, time.perf_counter() - started, time.process_time() - cpu)


def tell(asked: argparse.Namespace, done: list[Filled], took: float, cpu: float) -> None:
    times = sorted(found.took * 1000 for found in done)
    counted = sum(found.messages for found in done)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"| {connection.vendor} | {asked.messages:,} in {asked.days} days, {asked.people} people, {asked.rooms} rooms"
          f" | {statistics.median(times):.0f} ms (worst {times[-1]:.0f}) | {took:.1f} s ({cpu:.1f} s CPU)"
          f" | {counted / took:,.0f} messages/s | {DayCount.objects.count():,} rows | {memory} MB |")  # fmt: skip


if __name__ == "__main__":
    main()
