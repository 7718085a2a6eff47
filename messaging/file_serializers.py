"""Files on the wire (docs/protocol.md, Files)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from core import wire
from core.wire import Id, In, Limit, Out, Seq
from messaging.models import Attachment

MOST_FILES = 10
FileIds = Annotated[list[Id], Meta(max_length=MOST_FILES)]


class AskUploadIn(In):
    name: Annotated[str, Meta(min_length=1, max_length=5_000)]
    size: Annotated[int, Meta(ge=1, le=2**53)]
    purpose: Literal["message", "avatar", "picture"] = "message"
    room_id: Id | None = None
    media_type: Annotated[str, Meta(max_length=200)] = ""


class FileIdIn(In):
    file_id: Id


class RoomFilesIn(In):
    kind: Literal["image", "file", "link"]
    before: Seq | None = None
    limit: Limit = 50


class FileLinkIn(In):
    download: Literal["", "1"] = ""


class PartOut(Out):
    """One request that sends the bytes from `offset` on. `done`: it has been made, there is nothing to do."""

    number: int
    offset: int
    size: int
    done: bool
    method: str
    url: str
    headers: dict[str, str]


class UploadOut(Out):
    id: str
    parts: list[PartOut]
    expires_in: int


class FileOut(Out):
    id: str
    name: str
    type: str
    size: int
    width: int
    height: int
    moves: bool
    url: str
    thumbnail: str | None


class PreviewImageOut(Out):
    id: str
    url: str
    width: int
    height: int


class PreviewOut(Out):
    url: str
    title: str
    description: str
    site_name: str
    image: PreviewImageOut | None = None


_files = msgspec.json.Decoder(list[FileOut]).decode
_previews = msgspec.json.Decoder(list[PreviewOut]).decode


def file_url(file_id: int) -> str:
    """Return the stable address of a file; it says nothing of the store and checks who asks each time."""
    return f"/files/{file_id}"


def thumbnail_url(file_id: int) -> str:
    return f"/files/{file_id}/thumbnail"


def file_out(file: Attachment) -> FileOut:
    return FileOut(
        id=str(file.pk),
        name=file.name,
        type=file.media_type,
        size=file.size,
        width=file.width,
        height=file.height,
        moves=file.moves,
        url=file_url(file.pk),
        thumbnail=thumbnail_url(file.pk) if file.thumbnail else None,
    )


def files_kept(files: Iterable[Attachment]) -> str:
    """Return the files as they are kept with their message."""
    return encoded([file_out(file) for file in files])


def encoded(shown: Sequence[FileOut] | Sequence[PreviewOut]) -> str:
    return wire.encode_text(shown) if shown else ""


def read_files(kept: str) -> list[FileOut]:
    return _files(kept) if kept else []


def read_previews(kept: str) -> list[PreviewOut]:
    return _previews(kept) if kept else []
