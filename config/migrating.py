"""Several processes may start at once: one brings the database up to date, the others wait for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from fcntl import LOCK_EX, flock
from functools import partial

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection

from config.databases import VARIABLES
from config.reach import first_line
from core.mongo.turn import turn

KEY = 0x63686174  # any number that nobody else uses in this database


def bring_up_to_date() -> None:
    """Migrate every database that is configured; raise `ImproperlyConfigured` with the variable of the one that fails."""
    with one_at_a_time():
        for alias in settings.DATABASES:
            try:
                call_command("migrate", database=alias, verbosity=0, interactive=False)
            except DatabaseError as error:
                raise ImproperlyConfigured(f"{VARIABLES[alias]}: {first_line(error)}") from None


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the turn, on this machine by a file, between machines by what the database offers; it ends with the process."""
    with (settings.DATA / "migrating.lock").open("w") as turn:
        flock(turn, LOCK_EX)
        with BETWEEN_MACHINES.get(connection.vendor, nullcontext)():
            yield


@contextmanager
def _on_postgresql() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [KEY])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [KEY])


BETWEEN_MACHINES: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "postgresql": _on_postgresql,
    "mongodb": partial(turn, "migrating"),
}
