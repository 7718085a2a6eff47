"""PostgreSQL: version, room for this site's connections, durability, clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from config.databases import VARIABLES
from config.doctor.finding import Finding, drift, ok, problem, warning
from config.reach import Connection
from core import clock

LEAST = 140000


def check(connection: Connection) -> Iterator[Finding]:
    version = int(_shown(connection, "server_version_num"))
    named = f"PostgreSQL {_shown(connection, 'server_version')}"
    yield ok(named) if version >= LEAST else problem(f"{named} is too old", "use PostgreSQL 14 or newer")
    if _shown(connection, "transaction_read_only") == "on":
        yield problem("it takes no writes: a standby?", f"point {VARIABLES[connection.alias]} at the primary")
    yield from _durable(connection)
    yield _connections(connection)
    yield drift((clock.now() - _value(connection, "SELECT clock_timestamp()")).total_seconds(), "PostgreSQL")


def _durable(connection: Connection) -> Iterator[Finding]:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if _shown(connection, name) == "off":
            yield warning(
                f"{name} is off: acknowledged messages can be lost in a crash", f"set {name} = on in PostgreSQL"
            )


def _connections(connection: Connection) -> Finding:
    most = int(_shown(connection, "max_connections"))
    pool = connection.settings_dict["OPTIONS"].get("pool", {}).get("max_size", 16)
    wanted = pool * settings.WEB_CONCURRENCY
    says = f"{wanted} of {most} connections may be used by this machine"
    return ok(says) if wanted < most * 0.8 else warning(says, "raise max_connections, or put pgbouncer in between")


def _shown(connection: Connection, name: str) -> str:
    return str(_value(connection, "SELECT current_setting(%s)", name))


def _value(connection: Connection, query: str, *parameters: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()[0]
