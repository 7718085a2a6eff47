"""Tells every process that what it remembers of a person is old. Call it in the change's transaction."""

from __future__ import annotations

from core.db import on_commit
from core.stamps import Stamp, stamps

PEOPLE = "people"  # rises when what others see of anybody changes


def person_changed(user_id: int, *, seen: bool = False) -> None:
    """Somebody's rights or sign-ins have changed, or (`seen`) what others see of them."""
    names = [name_of(user_id), PEOPLE] if seen else [name_of(user_id)]
    on_commit(lambda: stamps().bump(*names))


def name_of(user_id: int) -> str:
    return f"user:{user_id}"


def people_stamp() -> Stamp:
    """Return a number that differs whenever somebody's name or look has changed. Raises `Away`."""
    (stamp,) = stamps().read(PEOPLE)
    if stamp is None:  # Redis was emptied: what was remembered without a stamp must not count again
        stamps().bump(PEOPLE)
        (stamp,) = stamps().read(PEOPLE)
    return stamp
