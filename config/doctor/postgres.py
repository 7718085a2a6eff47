"""PostgreSQL: version, room for this site's connections, durability, clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection

from config.doctor.finding import Finding, drift, ok, problem, warning
from core import clock

LEAST = 140000


def check() -> Iterator[Finding]:
    version = int(_shown("server_version_num"))
    if version < LEAST:
        yield problem(f"PostgreSQL {_shown('server_version')} is too old", "use PostgreSQL 14 or newer")
    else:
        yield ok(f"PostgreSQL {_shown('server_version')}")
    if _shown("transaction_read_only") == "on":
        yield problem("it takes no writes: a standby?", "point DATABASE_URL at the primary")
    yield from _durable()
    yield _connections()
    yield drift((clock.now() - _value("SELECT clock_timestamp()")).total_seconds(), "PostgreSQL")


def _durable() -> Iterator[Finding]:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if _shown(name) == "off":
            yield warning(
                f"{name} is off: acknowledged messages can be lost in a crash", f"set {name} = on in PostgreSQL"
            )


def _connections() -> Finding:
    most = int(_shown("max_connections"))
    pool = connection.settings_dict["OPTIONS"].get("pool", {}).get("max_size", 16)
    wanted = pool * settings.WEB_CONCURRENCY
    says = f"{wanted} of {most} connections may be used by this machine"
    return ok(says) if wanted < most * 0.8 else warning(says, "raise max_connections, or put pgbouncer in between")


def _shown(name: str) -> str:
    return str(_value("SELECT current_setting(%s)", name))


def _value(query: str, *parameters: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()[0]
