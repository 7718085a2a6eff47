"""A database: reachable, new enough, up to date. What an engine needs beyond has a module of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from config.databases import VARIABLES
from config.doctor import audit, mongodb, postgres, search, sqlite
from config.doctor.finding import Finding, ok, problem, warning
from config.health import ask_analytics, ask_database, pending
from config.reach import Connection, reach_database

ENGINES: dict[str, Callable[[Connection], Iterator[Finding]]] = {
    "sqlite": sqlite.check,
    "postgresql": postgres.check,
    "mongodb": mongodb.check,
}
ASK = {"default": ask_database, "analytics": ask_analytics}
SLOW = 0.02  # seconds; a message takes a few round trips


def check(alias: str = "default") -> Iterator[Finding]:
    variable, connection = VARIABLES[alias], connections[alias]
    try:
        reach_database(alias)
    except ImproperlyConfigured as error:
        yield problem(str(error), f"set {variable} right, or start the database")
        return
    yield from ENGINES.get(connection.vendor, lambda _: iter(()))(connection)
    if waiting := pending(alias):
        how = "manage.py migrate" if alias == "default" else f"manage.py migrate --database {alias}"
        yield problem(f"{waiting} migrations have not been applied", f"run: {how} (the start does it too)")
        return
    yield ok("every migration is applied")
    if alias == "default":
        yield from search.check()
        yield from audit.check()
    yield _latency(ASK[alias])


def check_analytics() -> Iterator[Finding]:
    if "analytics" in settings.DATABASES:
        yield from check("analytics")
    else:
        yield ok("not configured: they are kept in the main database")


def _latency(ask: Callable[[], object]) -> Finding:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    says = f"a query takes {min(times) * 1000:.2f} ms"
    return ok(says) if min(times) < SLOW else warning(says, "bring the database nearer to the server")
