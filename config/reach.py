"""Call each configured service once. What is wrong comes back as one sentence that begins with the variable to look at.

The start refuses by it, the doctor reports by it. No sentence carries a URL: there may be a password in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from config.databases import VARIABLES

CONNECT_WITHIN = 5  # seconds
Connection = Any  # a proxy of whichever engine's, with what only that engine has


def reach_database(alias: str = "default") -> None:
    """Connect once; raise `ImproperlyConfigured` with the reason."""
    connection: Connection = connections[alias]
    try:
        REACH.get(connection.vendor, _reach)(connection)
    except DatabaseError as error:  # also a server too old for Django
        raise ImproperlyConfigured(f"{VARIABLES[alias]}: {first_line(error)}") from None
    finally:
        connection.close()


def _reach(connection: Connection) -> None:
    connection.ensure_connection()


def _reach_postgres(connection: Connection) -> None:
    """Connect past the pool, which would wait long and keep the reason to itself."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    parameters["connect_timeout"] = CONNECT_WITHIN
    try:
        psycopg.connect(**parameters).close()
    except psycopg.OperationalError as error:
        where = f"{parameters.get('host', 'localhost')}:{parameters.get('port', 5432)}"
        said = f"PostgreSQL at {where}: {last_words(error)}"
        raise ImproperlyConfigured(f"{VARIABLES[connection.alias]}: {said}") from None
    connection.ensure_connection()


def _reach_sqlite(connection: Connection) -> None:
    path = Path(str(connection.settings_dict["NAME"]))
    if not path.parent.is_dir():
        raise ImproperlyConfigured(f"DATABASE_URL: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ImproperlyConfigured(f"DATABASE_URL: {path} may not be written by this user")
    connection.ensure_connection()
    with connection.cursor() as cursor:  # only now it reads the file
        cursor.execute("SELECT count(*) FROM sqlite_master")


# What says more than Django's own connecting; other engines are connected to as they are.
REACH: dict[str, Callable[[Connection], None]] = {"postgresql": _reach_postgres, "sqlite": _reach_sqlite}


def reach_redis() -> None:
    """Ask every server of REDIS_URL for an answer; raise `ImproperlyConfigured` with the reason."""
    try:
        for url in settings.REDIS_URLS:
            with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
                client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise ImproperlyConfigured(f"REDIS_URL: {first_line(error)}") from None


def first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def last_words(error: BaseException) -> str:
    """Return what a driver said last; before it stand the addresses it tried."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and "Is the server running" not in line]
    return (lines or [type(error).__name__])[-1].rpartition("failed: ")[2].removeprefix("FATAL:").strip()
