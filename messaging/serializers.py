"""Messages on the wire (docs/protocol.md, Objects)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from unicodedata import category

import msgspec
from msgspec import UNSET, Meta, UnsetType

from accounts.serializers import UserOut
from accounts.services.cards import cards
from core.clock import iso, iso_or_none
from core.wire import Id, In, Limit, Out, Seq
from messaging.file_serializers import FileIds, FileOut, PreviewOut, read_files, read_previews
from messaging.store import Row
from rooms.serializers import MemberOut, MembershipOut, RoomOut

MOST_TEXT = 8_000
# Empty only beside files.
Text = Annotated[str, Meta(max_length=MOST_TEXT)]
ClientId = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")]
Emoji = Annotated[str, Meta(min_length=1, max_length=32)]


class SendMessageIn(In):
    client_id: ClientId
    text: Text
    reply_to: Id | None = None
    files: FileIds = []


class EditMessageIn(In):
    """`files`: those that stay; without it all do."""

    text: Text
    expected_rev: Seq | None = None
    files: FileIds | None = None


class HistoryIn(In):
    before: Seq | UnsetType = UNSET
    after: Seq | UnsetType = UNSET
    around: Seq | UnsetType = UNSET
    limit: Limit = 50


class ChangesIn(In):
    after: Seq
    epoch: Annotated[str, Meta(max_length=16)] = ""


class PlaceIn(In):
    at: Annotated[datetime, Meta(tz=True)]


class SearchIn(In):
    q: Annotated[str, Meta(max_length=2000)]
    room: Id | UnsetType = UNSET
    sort: Literal["newest", "best"] = "newest"
    tz: Annotated[str, Meta(max_length=64)] = "UTC"
    cursor: Annotated[str, Meta(max_length=100)] = ""
    limit: Limit = 20


class MentionsOut(Out):
    user_ids: list[str] = msgspec.field(default_factory=list)
    room: bool = False


class ReactionOut(Out):
    emoji: str
    user_ids: list[str]


class MessageOut(Out):
    id: str
    room_id: str
    seq: int
    rev: int
    client_id: str
    author_id: str
    text: str
    reply_to: str | None
    mentions: MentionsOut
    reactions: list[ReactionOut]
    files: list[FileOut]
    previews: list[PreviewOut]
    pinned_by: str | None
    pinned_at: str | None
    created_at: str
    edited_at: str | None
    deleted_at: str | None


class PageOut(Out):
    room_id: str
    epoch: str
    rev: int
    messages: list[MessageOut]
    quoted: list[MessageOut]
    users: list[UserOut]
    has_before: bool
    has_after: bool


class PinnedOut(Out):
    """The last pinned first."""

    results: list[MessageOut]
    users: list[UserOut]


class PlaceOut(Out):
    """The room's first message at or after a moment; nulls when there is none."""

    seq: int | None
    created_at: str | None


class HitOut(Out):
    """A message that was found. `text` is a piece of it, `found` the ranges [start, end) in it, in UTF-16 units."""

    message_id: str
    room_id: str
    seq: int
    author_id: str
    created_at: str
    edited_at: str | None
    pinned: bool
    has: list[Literal["file", "image", "link"]]
    text: str
    found: list[tuple[int, int]]
    cut_before: bool
    cut_after: bool


class ResultsOut(Out):
    """`count` and `more` (there are more than that) come with the first page, as do `unknown` names, which find nothing.

    `complete` is false while messages are still being taken into the index.
    """

    results: list[HitOut]
    users: list[UserOut]
    next: str | None
    complete: bool
    count: int | UnsetType = UNSET
    more: bool | UnsetType = UNSET
    unknown: list[str] | UnsetType = UNSET


class ChangesOut(Out):
    room_id: str
    mode: Literal["delta", "reset", "gone"]
    epoch: str = ""
    after: int = 0
    rev: int = 0
    messages: list[MessageOut] = msgspec.field(default_factory=list)
    quoted: list[MessageOut] = msgspec.field(default_factory=list)
    members: list[MemberOut] = msgspec.field(default_factory=list)
    users: list[UserOut] = msgspec.field(default_factory=list)
    room: RoomOut | None = None
    membership: MembershipOut | None = None
    has_before: bool = False


class RoomFilesOut(Out):
    """Messages that have what was asked for, newest first; `before` the last one's `seq` the list goes on."""

    messages: list[MessageOut]
    users: list[UserOut]
    has_before: bool


class CountsOut(Out):
    unread: int
    mentions: int


class AllCountsOut(Out):
    rooms: dict[str, CountsOut]


_mentions = msgspec.json.Decoder(MentionsOut).decode
_reactions = msgspec.json.Decoder(list[ReactionOut]).decode


def read_reactions(kept: str) -> list[ReactionOut]:
    return _reactions(kept) if kept else []


def message_out(row: Row) -> MessageOut:
    return MessageOut(
        id=str(row.id),
        room_id=str(row.room_id),
        seq=row.seq,
        rev=row.rev,
        client_id=row.client_id,
        author_id=str(row.author_id),
        text=row.text,
        reply_to=str(row.reply_to) if row.reply_to else None,
        mentions=_mentions(row.mentions) if row.mentions else MentionsOut(),
        reactions=read_reactions(row.reactions),
        files=read_files(row.files),
        previews=read_previews(row.previews),
        pinned_by=str(row.pinned_by) if row.pinned_by else None,
        pinned_at=iso_or_none(row.pinned_at),
        created_at=iso(row.created_at),
        edited_at=iso_or_none(row.edited_at),
        deleted_at=iso_or_none(row.deleted_at),
    )


def authors_of(rows: Iterable[Row]) -> list[UserOut]:
    """Return the people who wrote these."""
    return cards.of(row.author_id for row in rows)


def visible_text(text: str) -> bool:
    """Return whether there is anything to see, and nothing a database would choke on."""
    return "\0" not in text and any(category(character)[0] not in "ZC" for character in text)
