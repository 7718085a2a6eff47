"""Search on PostgreSQL: GIN over three letters (pg_trgm), and over words of one or two characters.

GIN gives no order, so a common word would have to be sorted. Therefore the newest messages are read first, without it: what
is common there soon has filled its page, and what is not is rare enough for the index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError

from core.db import atomic
from messaging.search import sql
from messaging.search.short import SHORT, inner_tokens
from messaging.search.sql import Condition, among, negated, rows, run, together
from messaging.search.wanted import Entry, Wanted

RECENT, MOST_READ = 3_000, 50_000  # messages that are read at once without an index of words
COMMON = 0.02  # of them: what is met more often is quicker to read than to look up
LONGEST = 5_000  # milliseconds a search may take
EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
STATEMENTS = (
    *(statement.format(short="text[]") for statement in sql.TABLES),
    """CREATE INDEX IF NOT EXISTS messaging_search_letters ON messaging_search USING gin (folded gin_trgm_ops)
    WITH (fastupdate = off)""",
    "CREATE INDEX IF NOT EXISTS messaging_search_words ON messaging_search USING gin (short) WITH (fastupdate = off)",
)
PARTS = (
    "messaging_search", "messaging_search_progress", "messaging_search_room", "messaging_search_author",
    "messaging_search_has", "messaging_search_letters", "messaging_search_words",
)  # fmt: skip


def make(editor: Any) -> None:
    """Make what is not there yet. Only the owner of the database may add the extension that comes with PostgreSQL."""
    if not rows("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'"):
        try:
            editor.execute(EXTENSION)
        except ProgrammingError as error:
            raise ImproperlyConfigured(
                f"Search needs PostgreSQL's extension pg_trgm ({str(error).splitlines()[0]}). Let a superuser run "
                f'"{EXTENSION};" in this database once, and start again.'
            ) from error
    for statement in STATEMENTS:
        editor.execute(statement)


def absent() -> list[str]:
    """Return what of the index is not there."""
    there = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relname LIKE 'messaging_search%%'", [])}
    return [name for name in PARTS if name not in there]


def put(entries: Sequence[Entry], ids: Collection[int]) -> None:
    """Replace the entries of these ids with what is given."""
    sql.replace(ids, [[*entry[:-1], sorted(entry.short)] for entry in entries])


def find(wanted: Wanted, most: int) -> list[int]:
    """Return the ids of up to `most` messages, newest first."""
    found: list[int] = []
    count = RECENT
    with atomic():
        run(f"SET LOCAL statement_timeout = {LONGEST}")
        while True:
            part = _among_newest(wanted, count, most - len(found))
            found += part
            lowest = None if len(found) >= most else _lowest_of_newest(wanted, count)
            if lowest is None:
                return found
            wanted = wanted._replace(below=lowest)
            if not wanted.words or len(part) < count * COMMON:
                return found + _among_all(wanted, most - len(found))
            count = min(4 * count, MOST_READ)


def _among_newest(wanted: Wanted, count: int, most: int) -> list[int]:
    """Search the newest `count` messages alone, without an index of words."""
    scope, holds = together(_scope(wanted)), together(_holding(wanted))
    found = rows(
        f"""SELECT id FROM (SELECT * FROM messaging_search WHERE {scope.says} ORDER BY id DESC LIMIT {count}) AS newest
        WHERE {holds.says} ORDER BY id DESC LIMIT %s""",  # noqa: S608
        [*scope.values, *holds.values, most],
    )
    return [key for (key,) in found]


def _lowest_of_newest(wanted: Wanted, count: int) -> int | None:
    """Return the lowest id of the newest `count`; None when there are no more than those."""
    scope = together(_scope(wanted))
    newest = f"SELECT id FROM messaging_search WHERE {scope.says} ORDER BY id DESC LIMIT {count}"  # noqa: S608
    seen, lowest = rows(f"SELECT count(*), min(id) FROM ({newest}) AS newest", scope.values)[0]  # noqa: S608
    return int(lowest) if seen == count else None


def _among_all(wanted: Wanted, most: int) -> list[int]:
    statement, values = _by_index(wanted) if wanted.words else _by_order(wanted)
    return [key for (key,) in rows(f"{statement} ORDER BY id DESC LIMIT %s", [*values, most])]


def explain(wanted: Wanted) -> list[str]:
    """Return how PostgreSQL goes about all but the newest."""
    statement, values = _by_index(wanted) if wanted.words else _by_order(wanted)
    return [line for (line,) in rows(f"EXPLAIN {statement} ORDER BY id DESC LIMIT 9", values)]


def _by_index(wanted: Wanted) -> tuple[str, tuple[Any, ...]]:
    """Gather what the words find before it is put in order: else the planner may walk through everything in order."""
    where = together([*_scope(wanted), *_holding(wanted), *_hints(wanted)])
    hits = f"WITH hits AS MATERIALIZED (SELECT id FROM messaging_search WHERE {where.says}) SELECT id FROM hits"  # noqa: S608
    return hits, where.values


def _by_order(wanted: Wanted) -> tuple[str, tuple[Any, ...]]:
    where = together([*_scope(wanted), *_holding(wanted)])
    return f"SELECT id FROM messaging_search WHERE {where.says}", where.values  # noqa: S608


def _scope(wanted: Wanted) -> Iterator[Condition]:
    yield among("room_id", wanted.rooms)
    yield Condition("id > %s AND id < %s", (wanted.above, wanted.below))
    if wanted.authors is not None:
        yield among("author_id", wanted.authors)
    if wanted.has:
        yield Condition("has > 0")


def _holding(wanted: Wanted) -> Iterator[Condition]:
    yield Condition("true")
    if wanted.not_authors:
        yield negated(among("author_id", wanted.not_authors))
    yield from (Condition("has & %s <> 0", (flag,)) for flag in wanted.has)
    yield from (Condition("has & %s = 0", (flag,)) for flag in wanted.lacks)
    yield from map(_holds, wanted.words)
    yield from (negated(_holds(word)) for word in wanted.without)


def _holds(word: str) -> Condition:
    if len(word) < SHORT:
        return Condition("short @> %s", ([word],))
    return Condition("folded LIKE %s", (f"%{_literal(word)}%",))


def _hints(wanted: Wanted) -> Iterator[Condition]:
    """To pg_trgm signs are spaces, and what is a letter depends on the locale: ask for those by the other index."""
    inner = {token for word in wanted.words if len(word) >= SHORT for token in inner_tokens(word)}
    if inner:
        yield Condition("short @> %s", (sorted(inner),))


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
