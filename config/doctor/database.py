"""The database of DATABASE_URL: reachable, new enough, up to date. What an engine needs beyond has a module of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.doctor import mongodb, postgres, sqlite
from config.doctor.finding import Check, Finding, ok, problem, warning
from config.health import ask_database
from config.reach import reach_database

ENGINES: dict[str, Check] = {"sqlite": sqlite.check, "postgresql": postgres.check, "mongodb": mongodb.check}
SLOW = 0.02  # seconds; a message takes a few round trips


def check() -> Iterator[Finding]:
    try:
        reach_database()
    except ImproperlyConfigured as error:
        yield problem(str(error), "set DATABASE_URL right, or start the database")
        return
    yield from ENGINES.get(connection.vendor, lambda: iter(()))()
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield problem(
            f"{len(pending)} migrations have not been applied", "run: manage.py migrate (the start does it too)"
        )
        return
    yield ok("every migration is applied")
    yield _latency()


def _latency() -> Finding:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        ask_database()
        times.append(time.perf_counter() - started)
    says = f"a query takes {min(times) * 1000:.2f} ms"
    return ok(says) if min(times) < SLOW else warning(says, "bring the database nearer to the server")
