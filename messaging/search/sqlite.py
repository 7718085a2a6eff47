"""Search on SQLite: FTS5 over three letters, and over whole words of one or two.

Each index is asked for the letters and the entry for the words themselves, so that the index needs no positions and stays
small. Entries come newest first from the index itself: a common word stops early.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from messaging.search import sql
from messaging.search.short import SHORT
from messaging.search.sql import Condition, among, negated, rows, together
from messaging.search.wanted import Entry, Wanted

LETTERS, WORDS = "messaging_search_letters", "messaging_search_words"
# Up to this many messages are read one by one; and so many that share a word's letters make it a common one.
FEW, MANY = 20_000, 4_000
MOST_LETTERS = 12  # threes of one word that are asked of the index
ADDED = f"""CREATE TRIGGER IF NOT EXISTS messaging_search_added AFTER INSERT ON messaging_search BEGIN
INSERT INTO {LETTERS} (rowid, folded) VALUES (new.id, new.folded);
INSERT INTO {WORDS} (rowid, short) VALUES (new.id, new.short);
END"""  # noqa: S608
REMOVED = f"""CREATE TRIGGER IF NOT EXISTS messaging_search_removed AFTER DELETE ON messaging_search BEGIN
INSERT INTO {LETTERS} ({LETTERS}, rowid, folded) VALUES ('delete', old.id, old.folded);
INSERT INTO {WORDS} ({WORDS}, rowid, short) VALUES ('delete', old.id, old.short);
END"""  # noqa: S608
STATEMENTS = (
    *(statement.format(short="text") for statement in sql.TABLES),
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {LETTERS} USING fts5(folded, content='messaging_search', content_rowid='id',
    tokenize='trigram case_sensitive 1', detail=none, columnsize=0)""",
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5(short, content='messaging_search', content_rowid='id',
    tokenize='ascii', detail=none, columnsize=0)""",
    ADDED,
    REMOVED,
)
PARTS = (
    "messaging_search", "messaging_search_progress", "messaging_search_room", "messaging_search_author",
    "messaging_search_has", LETTERS, WORDS, "messaging_search_added", "messaging_search_removed",
)  # fmt: skip


def make(editor: Any) -> None:
    """Make what is not there yet."""
    for statement in STATEMENTS:
        editor.execute(statement.replace("id bigint PRIMARY KEY", "id integer PRIMARY KEY"))


def absent() -> list[str]:
    """Return what of the index is not there."""
    there = {name for (name,) in rows("SELECT name FROM sqlite_master")}
    return [name for name in PARTS if name not in there]


def put(entries: Sequence[Entry], ids: Collection[int]) -> None:
    """Replace the entries of these ids with what is given."""
    values = [[*entry[:-1], " " + " ".join(sorted(map(spelled, entry.short))) + " "] for entry in entries]
    sql.replace(ids, values)


def spelled(token: str) -> str:
    """Return a short word in letters and digits, because to FTS5 signs are what words are separated by."""
    return "x".join(f"{ord(char):x}" for char in token)


def clear() -> None:
    """Leave nothing of any message, also of what an index may hold that it should not."""
    sql.clear()
    for table in (LETTERS, WORDS):
        sql.run(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")  # noqa: S608


def find(wanted: Wanted, most: int) -> list[int]:
    """Return the ids of up to `most` messages, newest first."""
    statement, values = _statement(wanted)
    return [key for (key,) in rows(f"{statement} LIMIT %s", [*values, most])]


def explain(wanted: Wanted) -> list[str]:
    """Return how SQLite goes about it."""
    statement, values = _statement(wanted)
    return [str(row[-1]) for row in rows(f"EXPLAIN QUERY PLAN {statement} LIMIT 9", values)]


class Way(NamedTuple):
    """A way through the entries, newest first: from where, by what it is ordered, what the index is asked."""

    source: str
    order: str = "s.id"
    asks: tuple[Condition, ...] = ()


def _statement(wanted: Wanted) -> tuple[str, tuple[Any, ...]]:
    way = _way(wanted)
    where = together([*way.asks, *_conditions(wanted)])
    return f"SELECT s.id FROM {way.source} WHERE {where.says} ORDER BY {way.order} DESC", where.values  # noqa: S608


def _way(wanted: Wanted) -> Way:
    """Go by the words where they are rare, or the rooms are large; else by rooms, authors or what is rare anyway."""
    index = _index(wanted)
    if index is not None and not (wanted.size <= FEW and _is_common(index, wanted)):
        table, match = index
        asks = Condition(
            f"{table} MATCH %s AND {table}.rowid > %s AND {table}.rowid < %s", (match, wanted.above, wanted.below)
        )
        return Way(f"{table} CROSS JOIN messaging_search AS s ON s.id = {table}.rowid", f"{table}.rowid", (asks,))
    if wanted.size <= FEW:
        return Way("messaging_search AS s INDEXED BY messaging_search_room")
    if wanted.authors is not None:
        return Way("messaging_search AS s INDEXED BY messaging_search_author")
    if wanted.has:
        return Way("messaging_search AS s INDEXED BY messaging_search_has")
    return Way("messaging_search AS s NOT INDEXED")


def _index(wanted: Wanted) -> tuple[str, str] | None:
    """Return the index that can answer, and what to ask it; None where there are no words."""
    long = [word for word in wanted.words if len(word) >= SHORT]
    if long:
        return LETTERS, " AND ".join(dict.fromkeys(f'"{three}"' for word in long for three in _threes(word)))
    if wanted.words:
        return WORDS, " AND ".join(map(spelled, wanted.words))
    return None


def _threes(word: str) -> Iterator[str]:
    starts = [*range(0, len(word) - SHORT, 2)][: MOST_LETTERS - 1]
    for start in [*starts, len(word) - SHORT]:
        yield word[start : start + SHORT].replace('"', '""')


def _is_common(index: tuple[str, str], wanted: Wanted) -> bool:
    table, match = index
    counted = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH %s AND rowid < %s LIMIT %s)"  # noqa: S608
    return bool(rows(counted, [match, wanted.below, MANY])[0][0] == MANY)


def _conditions(wanted: Wanted) -> Iterator[Condition]:
    yield among("s.room_id", wanted.rooms)
    yield Condition("s.id > %s AND s.id < %s", (wanted.above, wanted.below))
    if wanted.authors is not None:
        yield among("s.author_id", wanted.authors)
    if wanted.not_authors:
        yield negated(among("s.author_id", wanted.not_authors))
    if wanted.has:
        yield Condition("s.has > 0")
    yield from (Condition("s.has & %s", (flag,)) for flag in wanted.has)
    yield from (Condition("NOT s.has & %s", (flag,)) for flag in wanted.lacks)
    yield from map(_holds, wanted.words)
    yield from (negated(_holds(word)) for word in wanted.without)


def _holds(word: str) -> Condition:
    if len(word) < SHORT:
        return Condition("instr(s.short, %s)", (f" {spelled(word)} ",))
    return Condition("instr(s.folded, %s)", (word,))
