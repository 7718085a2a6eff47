"""How fast moderators answer. Reports belong to another app beside this one, so `config` says where to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

# From a start and an end to how long each report had waited whose case was closed in between.
Waits = Callable[[datetime, datetime], Iterable[timedelta]]
_source: list[Waits] = []


def set_desk(source: Waits | None) -> Waits | None:
    """Take `source` as the desk, or none; return what was taken before."""
    before = _source[0] if _source else None
    _source[:] = [source] if source else []
    return before


def waits_between(start: datetime, end: datetime) -> list[int]:
    """Return the seconds each report had waited whose case was closed between the two, shortest first."""
    return sorted(round(wait.total_seconds()) for source in _source for wait in source(start, end))
