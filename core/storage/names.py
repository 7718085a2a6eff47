"""Keys, content types, and the name a file is saved under: everything about a file that has been a way in somewhere."""

from __future__ import annotations

import re
import secrets
import unicodedata

from django.utils.http import content_disposition_header

from core.errors import Invalid

KEY = re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+)*")
MOST_KEY = 200
CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,79}/[a-z0-9][a-z0-9!#$&^_.+-]{0,79}")
MOST_FILENAME = 150
MOST_EXTENSION = 16
# What a browser shows without running anything in it. All else is saved, whatever it calls itself: SVG and HTML are programs.
PLAYABLE = frozenset(
    {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}
    | {"audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm"}
    | {"video/mp4", "video/ogg", "video/quicktime", "video/webm"}
)
BINARY = "application/octet-stream"


def new_key(folder: str) -> str:
    """Return a key below `folder` that nobody can guess. The level between keeps directories small."""
    word = secrets.token_hex(20)
    return checked_key(f"{folder}/{word[:2]}/{word}")


def checked_key(key: str) -> str:
    """Return `key`; raise `Invalid` unless it is one. There is no dot in a key, so no path leads out of the store."""
    if len(key) > MOST_KEY or not KEY.fullmatch(key):
        raise Invalid(fields={"key": ["Not a key of the store."]})
    return key


def checked_type(content_type: str) -> str:
    """Return `content_type`; raise `Invalid` unless it is a bare one, `image/png`."""
    if not CONTENT_TYPE.fullmatch(content_type):
        raise Invalid(fields={"content_type": ["Not a content type."]})
    return content_type


def served_as(filename: str, content_type: str, inline: bool) -> tuple[str, str]:
    """Return the Content-Type and Content-Disposition a file leaves with.

    Not every store can add `nosniff` and a sandbox, so the type alone has to be harmless already.
    """
    playable = checked_type(content_type) in PLAYABLE
    disposition = content_disposition_header(not (inline and playable), safe_filename(filename))
    return content_type if playable else BINARY, str(disposition)


def safe_filename(filename: str) -> str:
    """Return a name any system can save: one line, no path, nothing that hides or turns its ending, not too long."""
    visible = "".join(" " if unicodedata.category(sign).startswith(("C", "Z")) else sign for sign in filename)
    name = re.sub(r'[/\\"]', "_", " ".join(visible.split())).lstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > MOST_EXTENSION:
        return name[:MOST_FILENAME] or "file"
    return stem[: MOST_FILENAME - len(extension) - 1] + dot + extension
