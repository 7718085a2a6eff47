"""What the store takes and gives: plain values, no model instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from core.ids import next_id
from rooms.heads import Places


class Row(NamedTuple):
    """A message as it is kept. The names are the table's columns."""

    id: int
    room_id: int
    author_id: int
    seq: int
    rev: int
    client_id: str
    payload_hash: str
    text: str
    text_rev: int
    reply_to: int
    mentions: str
    reactions: str
    has: int
    files: str
    previews: str
    pinned_by: int
    pinned_at: datetime | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


class NewMessage(NamedTuple):
    """A message that has no place yet."""

    room_id: int
    author_id: int
    client_id: str
    payload_hash: str
    text: str
    reply_to: int
    mentions: str
    created_at: datetime
    has: int = 0
    files: str = ""


def placed(new: NewMessage, place: int) -> Row:
    """Return the message as it is kept at this place of its room."""
    return Row(
        id=next_id(),
        room_id=new.room_id,
        author_id=new.author_id,
        seq=place,
        rev=place,
        client_id=new.client_id,
        payload_hash=new.payload_hash,
        text=new.text,
        text_rev=place,
        reply_to=new.reply_to,
        mentions=new.mentions,
        reactions="",
        has=new.has,
        files=new.files,
        previews="",
        pinned_by=0,
        pinned_at=None,
        created_at=new.created_at,
        edited_at=None,
        deleted_at=None,
    )


def places_for(new: Sequence[NewMessage], access: Mapping[int, int]) -> list[Places]:
    """Return how many places these need in each room; `access` holds the rooms' access_rev."""
    return [Places(room_id, access[room_id], count) for room_id, count in Counter(each.room_id for each in new).items()]


def all_placed(new: Sequence[NewMessage], last: Mapping[int, int]) -> Iterator[Row]:
    """Yield the messages as they are kept, in their order, when `last` are the last of the places their rooms gave."""
    left = Counter(each.room_id for each in new)
    for each in new:
        left[each.room_id] -= 1
        yield placed(each, last[each.room_id] - left[each.room_id])
