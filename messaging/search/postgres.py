"""Search on PostgreSQL: GIN over three letters (pg_trgm), and over words of one or two characters.

GIN gives no order, so a common word would have to be sorted. Therefore the newest messages are read first, without it: a word
that is common there has filled its page, and one that is not is rare enough for the index.
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

RECENT = 3_000  # messages that are read without an index
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
    with atomic():
        run(f"SET LOCAL statement_timeout = {LONGEST}")
        found, lowest = _among_recent(wanted, most)
        if lowest is None or len(found) >= most:
            return found
        return found + _among_all(wanted._replace(below=lowest), most - len(found))


def _among_recent(wanted: Wanted, most: int) -> tuple[list[int], int | None]:
    """Search the newest messages alone; return also the lowest of their ids, or None if those were all there are."""
    scope, holds = together(_scope(wanted)), together(_holding(wanted))
    found = rows(
        f"""WITH recent AS MATERIALIZED (
            SELECT * FROM messaging_search WHERE {scope.says} ORDER BY id DESC LIMIT {RECENT})
        SELECT (SELECT count(*) FROM recent), (SELECT min(id) FROM recent),
            ARRAY(SELECT id FROM recent WHERE {holds.says} ORDER BY id DESC LIMIT %s)""",  # noqa: S608
        [*scope.values, *holds.values, most],
    )
    count, lowest, ids = found[0]
    return list(ids), lowest if count == RECENT else None


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
