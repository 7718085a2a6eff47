"""What a file is, by its own bytes. What somebody calls it counts for nothing."""

from __future__ import annotations

from typing import NamedTuple

import filetype

from core.images import gif, jpeg, png, webp
from core.images.picture import Broken, Picture
from core.storage.names import BINARY, PLAYABLE, checked_type

READERS = {"image/png": png.read, "image/jpeg": jpeg.read, "image/gif": gif.read, "image/webp": webp.read}
MOST_READ = 8192  # bytes in which every kind of file shows what it is
# The names browsers go by.
USUAL = {
    "audio/m4a": "audio/mp4",
    "audio/x-flac": "audio/flac",
    "audio/x-wav": "audio/wav",
    "video/x-m4v": "video/mp4",
}


class Sniffed(NamedTuple):
    """`picture` is there for what can be shown as one; anything else with an image's beginning is just a file."""

    media_type: str
    picture: Picture | None = None


def media_type(head: bytes) -> str:
    """Return the type that the first bytes show. Images are left to `picture_in`, which looks at the whole of them."""
    found = filetype.guess_mime(head[:MOST_READ]) or BINARY
    return checked_type(USUAL.get(found, found))


def picture_in(data: bytes, kind: str) -> Sniffed:
    """Return a picture of type `kind` if it is one that can be borne, else that it is a file like any other."""
    try:
        picture = READERS[kind](data)
    except Broken:
        return Sniffed(BINARY)
    return Sniffed(kind, picture) if picture.is_bearable else Sniffed(BINARY)


def is_played(kind: str) -> bool:
    """Return whether browsers play this in place."""
    return kind in PLAYABLE and not kind.startswith("image/")
