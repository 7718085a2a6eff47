"""JSON as it comes in: bounded in depth before anything is built from it."""

from __future__ import annotations

from typing import Any

import msgspec

from core.errors import AppError

MOST_DEPTH = 16
_decode = msgspec.json.Decoder().decode


def parse(raw: bytes | str) -> Any:
    """Return the decoded value. Raise `protocol.json` for anything that is not JSON or is nested deeper than 16."""
    try:
        value = _decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise AppError("protocol.json") from None
    if _too_deep(value, MOST_DEPTH):
        raise AppError("protocol.json", f"The JSON is nested deeper than {MOST_DEPTH}.")
    return value


def _too_deep(value: Any, left: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return left == 0 or any(_too_deep(item, left - 1) for item in inner)
