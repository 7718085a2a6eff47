"""What notifications must know and apps beside this one know: who is active right now, and who wants nothing of whom.

The composition root sets both (config/composed.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple


class Surroundings(NamedTuple):
    """`active_among` returns which of these people use ChatFlow at this moment, None where that cannot be told.

    `blocking` returns which of these people have blocked the author.
    """

    active_among: Callable[[Collection[int]], set[int] | None] = lambda user_ids: None
    blocking: Callable[[int, Collection[int]], set[int]] = lambda author_id, user_ids: set()


_surroundings = Surroundings()


def set_surroundings(surroundings: Surroundings) -> Surroundings:
    """Choose where to ask; returns the one before. The composition root and the tests call this."""
    global _surroundings
    before, _surroundings = _surroundings, surroundings
    return before


def is_active(user_id: int) -> bool | None:
    active = _surroundings.active_among([user_id])
    return None if active is None else user_id in active


def without_blocking(author_id: int, user_ids: Collection[int]) -> set[int]:
    """Return those of the people who have not blocked the author."""
    return set(user_ids) - _surroundings.blocking(author_id, user_ids)
