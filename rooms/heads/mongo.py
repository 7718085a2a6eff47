"""On MongoDB: `find_one_and_update` in the transaction. Whoever comes second meets a write conflict and begins again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from core.mongo.documents import documents
from rooms.heads.head import Head, Places
from rooms.models import Room

COUNTERS = {"rev": 1, "access_rev": 1}


def advance(room_id: int, *, alters_access: bool = False) -> Head | None:
    """Move the room's `rev` on; None when there is no such room."""
    return _moved({"_id": room_id}, {"$inc": {"rev": 1, "access_rev": int(alters_access)}})


def advance_guarded(room_id: int, access_rev: int) -> Head | None:
    """Move the room's `rev` on if its rights are as of `access_rev`; else None."""
    return _moved({"_id": room_id, "access_rev": access_rev}, {"$inc": {"rev": 1}})


def place_message(room_id: int, access_rev: int, at: datetime) -> Head | None:
    """As `advance_guarded`, and make the new place the room's last message's."""
    return _placed(Places(room_id, access_rev, 1), at)


def place_messages(wanted: Sequence[Places], at: datetime) -> dict[int, Head]:
    """As `place_message`, several in each room; return the new heads of those whose rights are as given."""
    moved = {places.room_id: _placed(places, at) for places in sorted(wanted)}
    return {room_id: head for room_id, head in moved.items() if head is not None}


def _placed(places: Places, at: datetime) -> Head | None:
    place = {"$add": ["$rev", places.messages]}
    change = [{"$set": {"rev": place, "last_seq": place, "last_message_at": at}}]
    return _moved({"_id": places.room_id, "access_rev": places.access_rev}, change)


def _moved(room: Mapping[str, Any], change: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Head | None:
    with documents(Room) as (rooms, session):
        moved = rooms.find_one_and_update(
            room, change, projection=COUNTERS, return_document=ReturnDocument.AFTER, session=session
        )
    return None if moved is None else Head(int(moved["rev"]), int(moved["access_rev"]))
