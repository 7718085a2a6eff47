from __future__ import annotations

from typing import NamedTuple


class Head(NamedTuple):
    """Where a room's counters stand: everything acknowledged is at or below."""

    rev: int
    access_rev: int
