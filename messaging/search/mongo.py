"""Search on MongoDB: a collection of entries with an index over all their threes of letters and their short words.

A text index knows whole words only, so it finds neither parts of words nor Chinese; this one finds both, newest first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.collection import Collection as Documents
from pymongo.errors import CollectionInvalid

from core.mongo.documents import Document, collection
from messaging.search.short import SHORT
from messaging.search.wanted import Entry, Wanted

ENTRIES, PROGRESS = "messaging_search", "messaging_search_progress"
LONGEST = 5_000  # milliseconds a search may take
NEWEST = ("_id", DESCENDING)
INDEXES = [
    IndexModel([("room_id", ASCENDING), ("grams", ASCENDING), NEWEST], name="messaging_search_grams"),
    IndexModel([("room_id", ASCENDING), NEWEST], name="messaging_search_room"),
    IndexModel([("author_id", ASCENDING), NEWEST], name="messaging_search_author"),
]
# How often letters are met, in English and like it: of a word's threes the one of the rarest letters is looked up.
COMMON = {letter: place for place, letter in enumerate(" etaoinshrdlucmfwypvbgkjqxz0123456789")}


def make(editor: Any) -> None:
    """Make what is not there yet."""
    for name, indexes in ((ENTRIES, INDEXES), (PROGRESS, [])):
        with suppress(CollectionInvalid):  # it is there
            editor.get_database().create_collection(name)
        if indexes:
            editor.get_collection(name).create_indexes(indexes)


def absent() -> list[str]:
    """Return what of the index is not there."""
    with _entries() as (entries, _):
        there = set(entries.index_information())
    return [index.document["name"] for index in INDEXES if index.document["name"] not in there]


def progress(room_ids: Collection[int]) -> dict[int, int]:
    """Return the `rev` up to which each of the rooms has been taken in; those that have not begun are missing."""
    with collection(PROGRESS) as (rooms, session):
        return {
            int(room["_id"]): int(room["rev"]) for room in rooms.find({"_id": {"$in": list(room_ids)}}, session=session)
        }


def kept(ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return `text_rev` and `has` of the entries there are."""
    with _entries() as (entries, session):
        found = entries.find({"_id": {"$in": list(ids)}}, {"text_rev": 1, "has": 1}, session=session)
        return {int(one["_id"]): (int(one["text_rev"]), int(one["has"])) for one in found}


def advance(room_id: int, before: int, rev: int) -> bool:
    """Move the room on from `before`, in the caller's transaction; False when somebody else has."""
    with collection(PROGRESS) as (rooms, session):
        moved = rooms.update_one({"_id": room_id, "rev": before}, {"$set": {"rev": rev}}, session=session)
        if moved.matched_count == 0 and before == 0:
            rooms.insert_one({"_id": room_id, "rev": rev}, session=session)
            return True
        return moved.matched_count == 1


def put(entries: Sequence[Entry], ids: Collection[int]) -> None:
    """Replace the entries of these ids with what is given."""
    documents = [_document(entry) for entry in entries]
    with _entries() as (there, session):
        there.delete_many({"_id": {"$in": list(ids)}}, session=session)
        if documents:
            there.insert_many(documents, session=session)


def forget(message_ids: Sequence[int]) -> None:
    """Leave nothing of these messages, in the caller's transaction."""
    with _entries() as (entries, session):
        entries.delete_many({"_id": {"$in": list(message_ids)}}, session=session)


def clear() -> None:
    """Leave nothing of any message; everything is then to be taken in anew."""
    for name in (PROGRESS, ENTRIES):
        with collection(name) as (found, session):
            found.delete_many({}, session=session)


def find(wanted: Wanted, most: int) -> list[int]:
    """Return the ids of up to `most` messages, newest first."""
    with _entries() as (entries, session):
        found = entries.find(asked(wanted), {"_id": 1}, sort=[NEWEST], limit=most, max_time_ms=LONGEST, session=session)
        return [int(one["_id"]) for one in found]


def asked(wanted: Wanted) -> dict[str, Any]:
    """Return the filter. The first condition on `grams` is the one an index can be entered with."""
    conditions: list[Mapping[str, Any]] = [{"room_id": {"$in": list(wanted.rooms)}}]
    conditions += [{"grams": gram} for gram in sorted(_looked_up(wanted), key=_rareness, reverse=True)[:1]]
    conditions += [{"_id": {"$gt": wanted.above, "$lt": wanted.below}}]
    if wanted.authors is not None:
        conditions.append({"author_id": {"$in": list(wanted.authors)}})
    if wanted.not_authors:
        conditions.append({"author_id": {"$nin": list(wanted.not_authors)}})
    conditions += [{"has": {"$bitsAllSet": flag}} for flag in wanted.has]
    conditions += [{"has": {"$bitsAllClear": flag}} for flag in wanted.lacks]
    conditions += map(_holds, wanted.words)
    conditions += [{"$nor": [_holds(word)]} for word in wanted.without]
    return {"$and": conditions}


def grams(folded: str) -> Iterator[str]:
    """Yield every three characters in a row, with repetition."""
    return (folded[start : start + SHORT] for start in range(len(folded) - SHORT + 1))


def _looked_up(wanted: Wanted) -> Iterator[str]:
    for word in wanted.words:
        yield from grams(word) if len(word) >= SHORT else [word]


def _rareness(gram: str) -> int:
    return sum(COMMON.get(char, len(COMMON)) for char in gram)


def _holds(word: str) -> Mapping[str, Any]:
    return {"grams": word} if len(word) < SHORT else {"folded": {"$regex": re.escape(word)}}


def _document(entry: Entry) -> Document:
    columns = entry._asdict()
    short = columns.pop("short")
    return {"_id": columns.pop("id"), **columns, "grams": sorted(short | set(grams(entry.folded)))}


@contextmanager
def _entries() -> Iterator[tuple[Documents[Document], ClientSession | None]]:
    with collection(ENTRIES) as found:
        yield found
