from __future__ import annotations

from typing import NamedTuple


class Places(NamedTuple):
    """So many messages are to be placed in a room, if its rights are as of `access_rev`."""

    room_id: int
    access_rev: int
    messages: int


class Head(NamedTuple):
    """Where a room's counters stand: everything acknowledged is at or below."""

    rev: int
    access_rev: int
