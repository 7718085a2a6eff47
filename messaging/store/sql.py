"""The store on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import starmap
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core.wire import encode_text
from messaging.models import Message
from messaging.store.rows import NewMessage, Row, all_placed, placed, places_for
from rooms.services.counter import take_guarded_rev, take_places

INSERT = f"INSERT INTO messaging_message ({', '.join(Row._fields)}) VALUES ({', '.join(['%s'] * len(Row._fields))})"  # noqa: S608

# Several rows as one value: PostgreSQL reads a list faster than it plans the statement for each row anew.
INSERT_ALL = f"""
INSERT INTO messaging_message ({", ".join(Row._fields)})
SELECT {", ".join(Row._fields)} FROM json_populate_recordset(NULL::messaging_message, %s::json)
"""  # noqa: S608

# One statement for all rooms of several people: the two databases unfold a list in their own ways.
WANTED = {
    "sqlite": """
SELECT json_extract(value, '$[0]') AS reader, json_extract(value, '$[1]') AS room, json_extract(value, '$[2]') AS place
FROM json_each(%s)
""",
    "postgresql": """
SELECT (value->>0)::bigint AS reader, (value->>1)::bigint AS room, (value->>2)::bigint AS place
FROM json_array_elements(%s::json)
""",
}
UNREAD = """
SELECT reader, room, (SELECT COUNT(*) FROM (
    SELECT 1 FROM messaging_message AS message
    WHERE message.room_id = room AND message.seq > place AND message.deleted_at IS NULL AND message.author_id <> reader
    LIMIT %s
) AS unread) FROM ({wanted}) AS wanted
"""
MENTIONS = """
SELECT reader, room, (SELECT COUNT(*) FROM (SELECT DISTINCT named.seq FROM (
    SELECT mention.seq FROM messaging_mention AS mention
    WHERE mention.room_id = room AND mention.user_id IN (reader, 0) AND mention.seq > place LIMIT %s
) AS named) AS places WHERE EXISTS (
    SELECT 1 FROM messaging_message AS message
    WHERE message.room_id = room AND message.seq = places.seq AND message.author_id <> reader{silent}
)) FROM ({wanted}) AS wanted
"""
_CREATED = Row._fields.index("created_at")


def append(new: NewMessage, access_rev: int) -> Row | None:
    """Give the message the room's next place and keep it, in the caller's transaction: two statements.

    Returns None, with nothing changed, when rights in the room are no longer as of `access_rev`. Raises `IntegrityError`
    when the author has used the client_id before.
    """
    place = take_guarded_rev(new.room_id, access_rev, message_at=new.created_at)
    if place is None:
        return None
    row = placed(new, place)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, _columns(row))
    return row


def append_all(new: Sequence[NewMessage], access: Mapping[int, int]) -> list[Row] | None:
    """As `append` for several, in their order: two statements for all of them; `access` is the access_rev of each room.

    None when rights in any of the rooms are no longer as of then: the caller undoes the transaction.
    """
    last = take_places(places_for(new, access), new[-1].created_at)
    if last is None:
        return None
    rows = list(all_placed(new, last))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(INSERT_ALL, [encode_text([row._asdict() for row in rows])])
        else:
            cursor.executemany(INSERT, [_columns(row) for row in rows])
    return rows


def _columns(row: Row) -> list[Any]:
    moment = connection.ops.adapt_datetimefield_value(row.created_at)
    return [*row[:_CREATED], moment, *row[_CREATED + 1 :]]


def find_sent(author_id: int, client_id: str) -> Row | None:
    """Return what the author sent under this client_id, if anything."""
    return _first(Message.objects.filter(author_id=author_id, client_id=client_id))


def one(message_id: int) -> Row | None:
    return _first(Message.objects.filter(pk=message_id))


def many(room_id: int, message_ids: Iterable[int]) -> list[Row]:
    """Return those of the messages that are in this room."""
    return _rows(Message.objects.filter(pk__in=list(message_ids), room_id=room_id))


def some(message_ids: Iterable[int]) -> list[Row]:
    """Return those of the messages that there are, whatever room they are in: the caller has seen to that."""
    return _rows(Message.objects.filter(pk__in=list(message_ids)))


def newest(room_id: int, limit: int) -> list[Row]:
    """Return the room's last messages, oldest first."""
    return _rows(Message.objects.filter(room_id=room_id).order_by("-seq")[:limit])[::-1]


def older(room_id: int, before: int, limit: int) -> list[Row]:
    """Return the `limit` messages just below the place `before`, oldest first."""
    return _rows(Message.objects.filter(room_id=room_id, seq__lt=before).order_by("-seq")[:limit])[::-1]


def newer(room_id: int, after: int, limit: int) -> list[Row]:
    """Return the `limit` messages just above the place `after`, oldest first."""
    return _rows(Message.objects.filter(room_id=room_id, seq__gt=after).order_by("seq")[:limit])


def changed_since(room_id: int, after: int, limit: int) -> list[Row]:
    """Return what was sent, edited, deleted or reacted to after `after`, each message once, in its present state."""
    return _rows(Message.objects.filter(room_id=room_id, rev__gt=after).order_by("rev")[:limit])


def unread_of_all(read: Mapping[tuple[int, int], int], most: int) -> dict[tuple[int, int], int]:
    """As `count_unread` for several readers and rooms with one statement: `read` is {(reader, room): place}."""
    return _counted(UNREAD, read, [most])


def count_unread(room_id: int, reader_id: int, after: int, most: int) -> int:
    """Count others' messages above the place `after`, up to `most`: the work is bounded, however long someone was away."""
    unread = Message.objects.filter(room_id=room_id, seq__gt=after, deleted_at=None).exclude(author_id=reader_id)
    return len(unread.order_by("seq").values_list("seq", flat=True)[:most])


def mentions_since(reader_id: int, read: Mapping[int, int], most: int, without: Collection[int] = ()) -> dict[int, int]:
    """As `mentions_of_all` for one reader: `read` is {room: place}, and so is the answer."""
    found = mentions_of_all({(reader_id, room_id): place for room_id, place in read.items()}, most, without)
    return {room_id: count for (_, room_id), count in found.items()}


def mentions_of_all(
    read: Mapping[tuple[int, int], int], most: int, without: Collection[int] = ()
) -> dict[tuple[int, int], int]:
    """Count what names the reader or the whole room above the place read there: `read` is {(reader, room): place}.

    What the people in `without` wrote does not count, and nobody is called by their own call of the whole room.
    """
    silent = f" AND message.author_id NOT IN ({', '.join(['%s'] * len(without))})" if without else ""
    return _counted(MENTIONS.replace("{silent}", silent), read, [most, *without])


def _counted(statement: str, read: Mapping[tuple[int, int], int], values: list[Any]) -> dict[tuple[int, int], int]:
    if not read:
        return {}
    wanted = json.dumps([(*pair, place) for pair, place in read.items()])
    with connection.cursor() as cursor:
        cursor.execute(statement.format(wanted=WANTED[connection.vendor]), [*values, wanted])
        return {(int(reader), int(room_id)): int(count) for reader, room_id, count in cursor.fetchall()}


def _first(found: QuerySet[Message]) -> Row | None:
    rows = _rows(found[:1])
    return rows[0] if rows else None


def _rows(found: QuerySet[Message]) -> list[Row]:
    return list(starmap(Row, found.values_list(*Row._fields)))
