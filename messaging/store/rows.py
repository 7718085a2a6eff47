"""What the store takes and gives: plain values, no model instances."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from core.ids import next_id


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
        created_at=new.created_at,
        edited_at=None,
        deleted_at=None,
    )
