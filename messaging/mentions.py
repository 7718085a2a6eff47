"""Who a text names: `@name` and `@room`, outside of code."""

from __future__ import annotations

import re
from typing import NamedTuple

from accounts.names import username_key

MOST = 20
# Both are linear: no nested repetition, and each part starts with a character the other cannot.
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
NAMED = re.compile(r"(?<![\w@/.])@(\w[\w.-]{0,31})")
WHOLE_ROOM = "room"


class Named(NamedTuple):
    """The keys of the names in a text (not yet known to exist), and whether the whole room is meant."""

    keys: frozenset[str]
    room: bool


NOBODY = Named(frozenset(), False)


def named_in(text: str) -> Named:
    """Return whom the text names: at most 20, the first ones."""
    if "@" not in text:
        return NOBODY
    names = [found.rstrip(".-").casefold() for found in NAMED.findall(CODE.sub(" ", text))]
    people = list(dict.fromkeys(name for name in names if name != WHOLE_ROOM))[:MOST]
    return Named(frozenset(map(username_key, people)), WHOLE_ROOM in names)
