"""Keyset pages of lists: the cursor holds the last row's sort keys, so that nothing is counted, skipped or repeated."""

from __future__ import annotations

import base64
import binascii
from typing import TypeVar

import msgspec

from core.errors import Invalid

T = TypeVar("T")


def cursor_after(*keys: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(keys)).decode().rstrip("=")


def read_cursor(cursor: str, shape: type[T]) -> T:
    """Return the keys in `cursor` as `shape` (a tuple type); raise `Invalid` for one we never gave out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return msgspec.json.decode(base64.b64decode(padded, b"-_", validate=True), type=shape)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        raise Invalid(fields={"cursor": ["This is not a cursor of this list."]}) from None
