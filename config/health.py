"""Is what this process needs there? Every service is asked at once, and given up after three seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import redis
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from core.db import worker
from core.storage.chosen import store
from rooms.models import Room

WITHIN = 3.0  # seconds
NOBODYS_KEY = "health/nothing-is-kept-here"


class Pending(Exception):
    """The database is older than this program."""


class Answer(NamedTuple):
    """`needed`: without it nothing can be served. Redis only speeds things up; chat goes on without files and reports."""

    ok: bool
    ms: float
    needed: bool


def ask_all() -> dict[str, Answer]:
    started = time.perf_counter()
    asked = {name: _threads().submit(_timed, worker(ask)) for name, ask in _checks().items()}
    return {name: _answer(name, future, started) for name, future in asked.items()}


def _checks() -> dict[str, Callable[[], object]]:
    asked: dict[str, Callable[[], object]] = {"database": ask_database, "migrations": ask_migrations}
    if settings.REDIS_URLS:
        asked["redis"] = ask_redis
    if "analytics" in settings.DATABASES:
        asked["analytics"] = ask_analytics
    return asked | {"storage": ask_storage}


def _timed(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def _answer(name: str, future: Future[float], started: float) -> Answer:
    needed = name in ("database", "migrations")
    try:
        seconds = future.result(max(0.0, started + WITHIN - time.perf_counter()))
    except Exception:  # noqa: BLE001 - whatever it was, the service did not answer; the doctor tells why
        return Answer(False, _ms(time.perf_counter() - started), needed)
    return Answer(True, _ms(seconds), needed)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(8, thread_name_prefix="chatflow-health")


def ask_database() -> None:
    Room.objects.filter(pk=0).exists()


@cache
def ask_migrations(alias: str = "default") -> None:
    """Raise `Pending` until they are applied; asked once more only then, a running program does not get newer."""
    if pending(alias):
        raise Pending


def pending(alias: str) -> int:
    """Return how many migrations the database still waits for."""
    executor = MigrationExecutor(connections[alias])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def ask_analytics() -> None:
    """Ask the database of ANALYTICS_DATABASE_URL."""
    with connections["analytics"].cursor() as cursor:
        cursor.execute("SELECT 1")
    ask_migrations("analytics")


def ask_redis() -> None:
    for client in _redis():
        client.ping()


@cache
def _redis() -> list[redis.Redis]:
    timeouts = {"socket_connect_timeout": 0.25, "socket_timeout": 1}
    return [redis.Redis.from_url(url, **timeouts) for url in settings.REDIS_URLS]


def ask_storage() -> None:
    store().stat(NOBODYS_KEY)
