"""The store on MongoDB: the same functions as in `messaging.store.sql`, as plain commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from core.mongo.documents import Document, documents
from messaging.models import Mention, Message
from messaging.store.rows import NewMessage, Row, all_placed, placed, places_for
from rooms.services.counter import take_guarded_rev, take_places

Filter = Mapping[str, Any]
COLUMNS = Row._fields[1:]  # all but the key, which MongoDB calls "_id"


def append(new: NewMessage, access_rev: int) -> Row | None:
    """Give the message the room's next place and keep it; None when rights are no longer as of `access_rev`."""
    place = take_guarded_rev(new.room_id, access_rev, message_at=new.created_at)
    if place is None:
        return None
    row = placed(new, place)
    with documents(Message) as (messages, session):
        messages.insert_one(_document(row), session=session)
    return row


def append_all(new: Sequence[NewMessage], access: Mapping[int, int]) -> list[Row] | None:
    last = take_places(places_for(new, access), new[-1].created_at)
    if last is None:
        return None
    rows = list(all_placed(new, last))
    with documents(Message) as (messages, session):
        messages.insert_many([_document(row) for row in rows], session=session)
    return rows


def find_sent(author_id: int, client_id: str) -> Row | None:
    return _one({"author_id": author_id, "client_id": client_id})


def one(message_id: int) -> Row | None:
    return _one({"_id": message_id})


def many(room_id: int, message_ids: Iterable[int]) -> list[Row]:
    with documents(Message) as (messages, session):
        wanted = {"_id": {"$in": list(message_ids)}, "room_id": room_id}
        return [_row(document) for document in messages.find(wanted, session=session)]


def some(message_ids: Iterable[int]) -> list[Row]:
    with documents(Message) as (messages, session):
        return [_row(document) for document in messages.find({"_id": {"$in": list(message_ids)}}, session=session)]


def newest(room_id: int, limit: int) -> list[Row]:
    return _page({"room_id": room_id}, "seq", -1, limit)[::-1]


def older(room_id: int, before: int, limit: int) -> list[Row]:
    return _page({"room_id": room_id, "seq": {"$lt": before}}, "seq", -1, limit)[::-1]


def newer(room_id: int, after: int, limit: int) -> list[Row]:
    return _page({"room_id": room_id, "seq": {"$gt": after}}, "seq", 1, limit)


def changed_since(room_id: int, after: int, limit: int) -> list[Row]:
    return _page({"room_id": room_id, "rev": {"$gt": after}}, "rev", 1, limit)


def unread_of_all(read: Mapping[tuple[int, int], int], most: int) -> dict[tuple[int, int], int]:
    return {pair: count_unread(pair[1], pair[0], place, most) for pair, place in read.items()}


def count_unread(room_id: int, reader_id: int, after: int, most: int) -> int:
    unread = {"room_id": room_id, "seq": {"$gt": after}, "deleted_at": None, "author_id": {"$ne": reader_id}}
    with documents(Message) as (messages, session):
        return len(list(messages.find(unread, {"seq": 1}, sort=[("seq", 1)], limit=most, session=session)))


def mentions_since(reader_id: int, read: Mapping[int, int], most: int, without: Collection[int] = ()) -> dict[int, int]:
    silent = [reader_id, *without]
    return {room_id: _mentions(reader_id, room_id, place, most, silent) for room_id, place in read.items()}


def mentions_of_all(
    read: Mapping[tuple[int, int], int], most: int, without: Collection[int] = ()
) -> dict[tuple[int, int], int]:
    return {pair: _mentions(*pair, place, most, [pair[0], *without]) for pair, place in read.items()}


def _mentions(reader_id: int, room_id: int, after: int, most: int, silent: list[int]) -> int:
    named = {"room_id": room_id, "user_id": {"$in": [reader_id, 0]}, "seq": {"$gt": after}}
    with documents(Mention) as (mentions, session):
        places = {found["seq"] for found in mentions.find(named, {"seq": 1}, limit=most, session=session)}
    if not places:
        return 0
    # The reader's own call of the whole room does not call the reader.
    others = {
        "room_id": room_id,
        "seq": {"$in": sorted(places)},
        "author_id": {"$nin": silent} if len(silent) > 1 else {"$ne": reader_id},
    }
    with documents(Message) as (messages, session):
        return messages.count_documents(others, session=session)


def _one(wanted: Filter) -> Row | None:
    with documents(Message) as (messages, session):
        found = messages.find_one(wanted, session=session)
    return None if found is None else _row(found)


def _page(wanted: Filter, by: str, direction: int, limit: int) -> list[Row]:
    if limit < 1:  # to MongoDB a limit of 0 is none
        return []
    with documents(Message) as (messages, session):
        found = messages.find(wanted, sort=[(by, direction)], limit=limit, session=session)
        return [_row(document) for document in found]


def _document(row: Row) -> dict[str, Any]:
    columns = row._asdict()
    return {"_id": columns.pop("id"), **columns}


def _row(found: Document) -> Row:
    return Row._make(map(_value, (found["_id"], *map(found.get, COLUMNS))))


def _value(value: Any) -> Any:
    """Return what was kept as Python has it: 64-bit integers come as a type of their own, times without their UTC."""
    if isinstance(value, int):
        return int(value)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
