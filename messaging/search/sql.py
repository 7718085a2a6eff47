"""What SQLite and PostgreSQL have in common: the table of entries and how far it has come in each room."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from messaging.search.wanted import Entry

COLUMNS = ", ".join(Entry._fields)
INSERT = f"INSERT INTO messaging_search ({COLUMNS}) VALUES ({', '.join(['%s'] * len(Entry._fields))})"  # noqa: S608
TABLES = (
    """CREATE TABLE IF NOT EXISTS messaging_search (
    id bigint PRIMARY KEY, room_id bigint NOT NULL, author_id bigint NOT NULL, text_rev bigint NOT NULL,
    has smallint NOT NULL, folded text NOT NULL, short {short} NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS messaging_search_progress (room_id bigint PRIMARY KEY, rev bigint NOT NULL)",
    "CREATE INDEX IF NOT EXISTS messaging_search_room ON messaging_search (room_id, id)",
    "CREATE INDEX IF NOT EXISTS messaging_search_author ON messaging_search (author_id, id)",
    "CREATE INDEX IF NOT EXISTS messaging_search_has ON messaging_search (id) WHERE has > 0",
)


class Condition(NamedTuple):
    """A part of a WHERE clause with its values."""

    says: str
    values: tuple[Any, ...] = ()


def together(conditions: Iterable[Condition]) -> Condition:
    found = list(conditions)
    return Condition(" AND ".join(one.says for one in found), tuple(value for one in found for value in one.values))


def negated(condition: Condition) -> Condition:
    return Condition(f"NOT ({condition.says})", condition.values)


def among(column: str, keys: Collection[int]) -> Condition:
    """Say that the column is one of the keys, as one value however many they are."""
    if connection.vendor == "sqlite":
        return Condition(f"{column} IN (SELECT value FROM json_each(%s))", (json.dumps(list(keys)),))  # noqa: S608
    return Condition(f"{column} = ANY(%s)", (list(keys),))


def rows(statement: str, values: Sequence[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def run(statement: str, values: Sequence[Any] = ()) -> int:
    """Return how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def progress(room_ids: Collection[int]) -> dict[int, int]:
    """Return the `rev` up to which each of the rooms has been taken in; those that have not begun are missing."""
    here = among("room_id", room_ids)
    return dict(rows(f"SELECT room_id, rev FROM messaging_search_progress WHERE {here.says}", here.values))  # noqa: S608


def kept(ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return `text_rev` and `has` of the entries there are."""
    these = among("id", ids)
    found = rows(f"SELECT id, text_rev, has FROM messaging_search WHERE {these.says}", these.values)  # noqa: S608
    return {key: (text_rev, has) for key, text_rev, has in found}


def advance(room_id: int, before: int, rev: int) -> bool:
    """Move the room on from `before`, in the caller's transaction; False when somebody else has."""
    run("INSERT INTO messaging_search_progress (room_id, rev) VALUES (%s, 0) ON CONFLICT DO NOTHING", [room_id])
    return bool(
        run("UPDATE messaging_search_progress SET rev = %s WHERE room_id = %s AND rev = %s", [rev, room_id, before])
    )


def replace(ids: Collection[int], values: Sequence[Sequence[Any]]) -> None:
    """Put these rows in the place of the entries with these ids."""
    these = among("id", ids)
    run(f"DELETE FROM messaging_search WHERE {these.says}", these.values)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, values)


def forget(message_ids: Sequence[int]) -> None:
    """Leave nothing of these messages, in the caller's transaction."""
    marks = ", ".join(["%s"] * len(message_ids))
    run(f"DELETE FROM messaging_search WHERE id IN ({marks})", list(message_ids))  # noqa: S608


def clear() -> None:
    """Leave nothing of any message; everything is then to be taken in anew."""
    for table in ("messaging_search_progress", "messaging_search"):
        run(f"DELETE FROM {table}")  # noqa: S608
