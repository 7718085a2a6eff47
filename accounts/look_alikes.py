"""Characters that look like others, from Unicode's list of confusables (UTS 39). Read when first needed."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

DIRECTION_MARK = "\u200e"  # the list wraps right-to-left characters in these


def plain(text: str) -> str:
    """Return `text` with each non-ASCII character as its ASCII look-alike, or the smallest of those it looks like."""
    return text if text.isascii() else "".join(_table().get(char, char) for char in text)


@cache
def _table() -> dict[str, str]:
    listed = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text(encoding="utf-8"))
    return {
        char: _plainest(char, [other["c"].strip(DIRECTION_MARK) for other in others])
        for char, others in listed.items()
        if len(char) == 1 and not char.isascii()
    }


def _plainest(char: str, others: list[str]) -> str:
    return next((other for other in others if other.isascii()), min(char, *others))
