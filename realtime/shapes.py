"""What the commands of a socket take (docs/protocol.md, Commands)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from core.wire import Id, In, Seq
from messaging.file_serializers import FileIds
from messaging.serializers import ClientId, Emoji, Text


class Cursor(In):
    epoch: Annotated[str, msgspec.Meta(max_length=16)]
    rev: Seq


class Auth(In):
    ticket: Annotated[str, msgspec.Meta(max_length=300)] = ""
    token: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Sync(In):
    rooms: Annotated[dict[Id, Cursor], msgspec.Meta(max_length=100)]


class SendMessage(In):
    room_id: Id
    client_id: ClientId
    text: Text
    reply_to: Id | None = None
    files: FileIds = []


class EditMessage(In):
    message_id: Id
    text: Text
    expected_rev: Seq | None = None
    files: FileIds | None = None


class OfMessage(In):
    message_id: Id


class React(In):
    message_id: Id
    emoji: Emoji


class ReadTo(In):
    room_id: Id
    seq: Seq


class OfRoom(In):
    room_id: Id


class ShowPresence(In):
    status: Literal["online", "idle"]


class Nothing(In):
    pass
