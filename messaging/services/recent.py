"""The newest page of each room, remembered by this process: opening a room then costs no query.

A page is served only while the room's stamp is not above the `rev` it was read at and nobody has changed their name, so it
is never older than a change that was acknowledged, whichever process made it (tests/messaging/test_recent.py).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from accounts.services.stamping import people_stamp
from core.stamps import Away, Stamp
from messaging.serializers import PageOut
from rooms.services.counter import head_of

MOST_PAGES = 500


class RecentPages:
    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int], tuple[PageOut, Stamp]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, room_id: int, limit: int, read: Callable[[], PageOut]) -> PageOut:
        """Return the newest page, from memory where that is still true, else from `read`."""
        try:
            head, people = head_of(room_id), people_stamp()
        except Away:
            return read()
        with self._lock:
            page, known = self._kept.get((room_id, limit), (None, None))
        if page is not None and head is not None and page.rev >= head.rev and known == people:
            return page
        page = read()
        with self._lock:
            self._kept[room_id, limit] = (page, people)
            self._kept.move_to_end((room_id, limit))
            if len(self._kept) > MOST_PAGES:
                self._kept.popitem(last=False)
        return page

    def rooms(self) -> set[int]:
        """Return the rooms whose page is remembered."""
        with self._lock:
            return {room_id for room_id, _ in self._kept}

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


recent = RecentPages()
