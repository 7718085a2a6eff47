"""Several processes may start at once: one brings the database up to date, the others wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock

from django.conf import settings
from django.db import connection

KEY = 0x63686174  # any number that nobody else uses in this database


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the turn, on this machine by a file and on PostgreSQL between machines; it ends with the process at the latest."""
    with (settings.DATA / "migrating.lock").open("w") as turn:
        flock(turn, LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [KEY])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [KEY])
