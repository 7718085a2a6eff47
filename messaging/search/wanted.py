"""What is kept of a message to find it by, and what a search asks of an engine."""

from __future__ import annotations

from typing import NamedTuple

PINNED = 8  # in `Entry.has`, beside the flags of messaging.contents.Has


class Entry(NamedTuple):
    """A message as it is found: its folded text and its words of one or two characters (messaging.search.short)."""

    id: int
    room_id: int
    author_id: int
    text_rev: int
    has: int
    folded: str
    short: frozenset[str]


class Wanted(NamedTuple):
    """A search. All of it must be true of a message: an empty `rooms` therefore finds nothing.

    `words` and `without` are folded; `size` is about how many messages the rooms hold; `above` and `below` are ids that
    bound what is looked for, both excluded. `has` and `lacks` are flags of which each must, and none may, be there.
    """

    rooms: tuple[int, ...]
    size: int = 0
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    authors: tuple[int, ...] | None = None
    not_authors: tuple[int, ...] = ()
    has: tuple[int, ...] = ()
    lacks: tuple[int, ...] = ()
    above: int = 0
    below: int = 2**63 - 1
