"""SQLite: readers that go on while one writes need WAL, and WAL needs a local disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from config.doctor.finding import Finding, ok, problem, warning
from config.reach import Connection


def check(connection: Connection) -> Iterator[Finding]:
    path = Path(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        if mode == "wal":
            yield ok(f"SQLite at {path}, write-ahead log on")
        else:
            yield problem(
                f"{path} cannot use a write-ahead log ({mode})", "keep it on a local disk, not on a network share"
            )
        try:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
            yield ok("it can be written")
        except DatabaseError as error:
            yield problem(f"{path} cannot be written: {error}", "see who holds it, and to whom it belongs")
    if settings.REDIS_URL or settings.WEB_CONCURRENCY > 1:
        yield warning(
            "several processes share one SQLite file", "set DATABASE_URL=postgres://… when messages wait for each other"
        )
