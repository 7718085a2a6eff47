"""Which emoji there are. A reaction is one of them, in its fully qualified form, so that two spellings count as one."""

from __future__ import annotations

from functools import cache

import emoji

from core.errors import Invalid

VARIATION = "\ufe0f"


@cache
def _spelled() -> dict[str, str]:
    """Map every emoji without its variation selectors to the fully qualified spelling."""
    qualified = emoji.STATUS["fully_qualified"]
    known = ((text, data["status"]) for text, data in emoji.EMOJI_DATA.items())
    return {text.replace(VARIATION, ""): text for text, status in known if status <= qualified}


def qualified(text: str) -> str:
    """Return the emoji's one spelling; raise `Invalid` for anything that is not an emoji."""
    found = _spelled().get(text.replace(VARIATION, "")) if len(text) <= 32 else None
    if found is None:
        raise Invalid(fields={"emoji": ["This is not an emoji."]})
    return found
