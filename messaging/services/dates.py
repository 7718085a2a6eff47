"""Where a day is in a room: by halving, because places (`seq`) and times rise together and places alone have an index."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from core.clock import iso
from messaging import store
from messaging.serializers import PlaceOut
from messaging.store import Row
from rooms.models import Room
from rooms.services.access import membership_of


def place_at(*, actor: User, room_id: int, moment: datetime) -> PlaceOut:
    """Return the place of the room's first message at or after `moment`; null when there is none yet.

    About as many steps as the number of messages has bits. Raises `NotFound` for outsiders.
    """
    membership_of(actor.pk, room_id)
    last = Room.objects.values_list("last_seq", flat=True).get(pk=room_id)
    first = _next(room_id, last_before(room_id, moment, last))
    return PlaceOut(seq=first.seq if first else None, created_at=iso(first.created_at) if first else None)


def last_before(room_id: int, moment: datetime, last: int) -> int:
    """Return a place of the room up to which all is older than `moment` and above which nothing is; `last` is its last."""
    low, high = 0, last
    while low < high:  # the first one at or after the moment is above `low`; all above `high` are at or after it
        middle = (low + high) // 2
        row = _next(room_id, middle)
        if row is not None and row.created_at < moment:
            low = row.seq
        else:
            high = middle
    return low


def _next(room_id: int, after: int) -> Row | None:
    return next(iter(store.newer(room_id, after, 1)), None)
