"""Every event about messages (docs/protocol.md, Events). Each carries the whole message: applying it twice is harmless."""

from __future__ import annotations

from typing import Literal, TypedDict

from accounts.serializers import UserOut
from messaging.serializers import ChangesOut, MessageOut


class MessageCreated(TypedDict):
    type: Literal["message.created"]
    room_id: str
    rev: int
    message: MessageOut
    author: UserOut
    quoted: MessageOut | None


class MessageChanged(TypedDict):
    type: Literal["message.updated", "message.deleted"]
    room_id: str
    rev: int
    message: MessageOut


class ReactionChanged(TypedDict):
    type: Literal["reaction.added", "reaction.removed"]
    room_id: str
    rev: int
    message: MessageOut
    emoji: str
    user_id: str


class MessagePinned(TypedDict):
    type: Literal["message.pinned", "message.unpinned"]
    room_id: str
    rev: int
    message: MessageOut
    user_id: str


class RoomChanges(TypedDict):
    type: Literal["room.changes"]
    room_id: str
    rev: int
    changes: ChangesOut


def message_created(message: MessageOut, author: UserOut, quoted: MessageOut | None) -> MessageCreated:
    return MessageCreated(
        type="message.created",
        room_id=message.room_id,
        rev=message.rev,
        message=message,
        author=author,
        quoted=quoted,
    )


def message_changed(kind: Literal["message.updated", "message.deleted"], message: MessageOut) -> MessageChanged:
    return MessageChanged(type=kind, room_id=message.room_id, rev=message.rev, message=message)


def reaction_changed(
    kind: Literal["reaction.added", "reaction.removed"], message: MessageOut, emoji: str, user_id: int
) -> ReactionChanged:
    return ReactionChanged(
        type=kind, room_id=message.room_id, rev=message.rev, message=message, emoji=emoji, user_id=str(user_id)
    )


def message_pinned(
    kind: Literal["message.pinned", "message.unpinned"], message: MessageOut, user_id: int
) -> MessagePinned:
    return MessagePinned(type=kind, room_id=message.room_id, rev=message.rev, message=message, user_id=str(user_id))


def room_changes(changes: ChangesOut) -> RoomChanges:
    return RoomChanges(type="room.changes", room_id=changes.room_id, rev=changes.rev, changes=changes)
