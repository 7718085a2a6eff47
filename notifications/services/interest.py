"""Whom a room's messages could concern at all, remembered by this process: a message that nobody could want costs a look
into a dictionary and no job.

What changes here is forgotten at once. Other processes may take `FOR` seconds to learn that somebody now wants more;
what they left out meanwhile the periodic look for missed messages finds (services/missed.py).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from core import clock
from notifications.models import Device, Level, Preferences, RoomPreference
from notifications.rules import is_muted, level_in
from rooms.models import Membership, Room

MOST_KEPT = 20_000
FOR = 20.0  # seconds


class Interest(NamedTuple):
    """Who of a room has a device that takes pushes (`called`: if the message calls them), and who wants all messages."""

    called: frozenset[int]
    everything: frozenset[int]


NOBODY = Interest(frozenset(), frozenset())


class Interests:
    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[Interest, float]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, room_id: int) -> Interest:
        with self._lock:
            interest, until = self._kept.get(room_id, (NOBODY, 0.0))
        if until > time.monotonic():
            return interest
        interest = read_interest(room_id)
        with self._lock:
            self._kept[room_id] = (interest, time.monotonic() + FOR)
            self._kept.move_to_end(room_id)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return interest

    def forget(self, room_ids: Iterable[int]) -> None:
        with self._lock:
            for room_id in room_ids:
                self._kept.pop(room_id, None)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


interests = Interests()


def read_interest(room_id: int) -> Interest:
    """Ask the database: two indexed queries where nobody has a device, five where somebody has."""
    present = list(Membership.objects.filter(room_id=room_id, left_at=None).values_list("user_id", flat=True))
    reached = set(Device.objects.filter(user_id__in=present, enabled=True).values_list("user_id", flat=True))
    if not reached:
        return NOBODY
    kind, now = Room.objects.values_list("kind", flat=True).get(pk=room_id), clock.now()
    chosen = {one.user_id: one for one in RoomPreference.objects.filter(user_id__in=reached, room_id=room_id)}
    general = {one.user_id: one for one in Preferences.objects.filter(user_id__in=reached)}
    called, everything = set(), set()
    for user_id in reached:
        choice = chosen.get(user_id)
        level = level_in(kind, general.get(user_id) or Preferences(), choice)
        if level == Level.NOTHING or is_muted(choice, now):
            continue
        called.add(user_id)
        if level == Level.ALL:
            everything.add(user_id)
    return Interest(frozenset(called), frozenset(everything))
