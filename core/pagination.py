"""Keyset pages of lists: the cursor holds the last row's sort keys, so that nothing is counted, skipped or repeated."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

import msgspec

from core.errors import Invalid

T = TypeVar("T")


def cursor_after(*keys: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(keys)).decode().rstrip("=")


def read_cursor(cursor: str, shape: type[T]) -> T:
    """Return the keys in `cursor` as `shape` (a tuple type); raise `Invalid` for one we never gave out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        keys: Any = msgspec.json.decode(base64.b64decode(padded, b"-_", validate=True), type=shape)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        raise _not_ours() from None
    if not all(map(_fits_a_column, keys)):
        raise _not_ours()
    return keys  # type: ignore[no-any-return]


def _fits_a_column(key: object) -> bool:
    return "\0" not in key if isinstance(key, str) else not isinstance(key, int) or abs(key) < 2**63


def _not_ours() -> Invalid:
    return Invalid(fields={"cursor": ["This is not a cursor of this list."]})
