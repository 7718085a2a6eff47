"""`python -m bench.inside SIZE`: fill one room with SIZE messages and time reading at the service, without a server.

Prints JSON: microseconds per call of each kind of read (median, 99th percentile, CPU) and the queries of opening a room.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.dialects import body  # noqa: E402
from bench.seed import people, rooms  # noqa: E402
from core import clock  # noqa: E402
from core.ids import next_id  # noqa: E402
from messaging.services.history import changes_for, page_of  # noqa: E402
from messaging.store import Row  # noqa: E402
from rooms.models import Room  # noqa: E402

BATCH = 5000
CALLS = 300


def rows(author: User, room_id: int, size: int) -> Iterator[list[Any]]:
    moment: Any = connection.ops.adapt_datetimefield_value(clock.now())
    for number in range(1, size + 1):
        seq = number + 1
        yield list(
            Row(
                id=next_id(), room_id=room_id, author_id=author.pk, seq=seq, rev=seq, text_rev=seq,
                client_id=str(uuid.UUID(int=number)), payload_hash="0" * 32, text=body(number), reply_to=0, mentions="",
                reactions="", has=0, files="", previews="", created_at=moment, edited_at=None, deleted_at=None,
                pinned_by=0, pinned_at=None,
            )
        )  # fmt: skip


def fill(author: User, room_id: int, size: int) -> None:
    into = f"messaging_message ({', '.join(Row._fields)})"
    made = rows(author, room_id, size)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        (_copied if connection.vendor == "postgresql" else _inserted)(cursor, into, made)
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")
    Room.objects.filter(pk=room_id).update(rev=size + 1, last_seq=size + 1)


def _inserted(cursor: Any, into: str, made: Iterator[list[Any]]) -> None:
    insert = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(Row._fields))})"  # noqa: S608
    while batch := [row for _, row in zip(range(BATCH), made, strict=False)]:
        cursor.executemany(insert, batch)


def _copied(cursor: Any, into: str, made: Iterator[list[Any]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in made:
            copy.write_row(row)


def timed(call: Callable[[], object]) -> list[float]:
    """Return the median and the 99th percentile of a call, and its CPU time in this process, in microseconds."""
    call()
    took, used = [], time.process_time()
    for _ in range(CALLS):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1e6)
    cpu = (time.process_time() - used) / CALLS * 1e6
    return [statistics.median(took), statistics.quantiles(took, n=100)[98], cpu]


def main() -> None:
    size = int(sys.argv[1])
    call_command("migrate", verbosity=0, interactive=False)
    alice, bob = people(2)
    room_id = int(rooms([alice, bob], [[0, 1]])[0])
    fill(alice, room_id, size)
    epoch = Room.objects.get(pk=room_id).epoch

    def page(before: int | None) -> Callable[[], object]:
        return lambda: page_of(actor=bob, room_id=room_id, before=before, after=None, around=None, limit=50)

    found = {
        "first": timed(page(60)),
        "middle": timed(page(size // 2)),
        "last": timed(page(size)),
        "changes": timed(lambda: changes_for(actor=bob, room_id=room_id, epoch=epoch, after=size - 99)),
        "open": timed(page(None)),
    }
    with CaptureQueriesContext(connection) as queries:
        page(None)()
    json.dump({"figures": found, "queries": len(queries)}, sys.stdout)


if __name__ == "__main__":
    main()
