"""Slow rooms: a member's next message only some time after the last one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from core.errors import RateLimited
from rooms.models import Membership
from rooms.permissions import Rights

SHORTEST_WAIT = 0.1  # seconds; a client that is told to wait 0 would ask at once


def take_turn(rights: Rights, user_id: int, room_id: int, at: datetime) -> None:
    """Let a member's message at this moment count for the room's pace, in the transaction that sends it.

    Raises `RateLimited` (`room.slow`) with the seconds to wait. Costs nothing for whom the room is not slow; of several
    messages at once the statement lets one through.
    """
    if not rights.slow_seconds:
        return
    pace = timedelta(seconds=rights.slow_seconds)
    mine = Membership.objects.filter(room_id=room_id, user_id=user_id)
    if not mine.filter(Q(posted_at=None) | Q(posted_at__lte=at - pace)).update(posted_at=at):
        last = mine.values_list("posted_at", flat=True).get()
        wait = (last + pace - at).total_seconds() if last else pace.total_seconds()
        raise RateLimited("room.slow", retry_after=max(SHORTEST_WAIT, wait))
