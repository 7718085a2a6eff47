"""What others see of people, remembered by this process until anybody's name or look changes: a page then reads no authors.

After 15 seconds they are read again in any case: without Redis nobody hears of what another process, a management
command, has changed.

Worth, with one look for what comes before and after: a page of 50 at the service on SQLite 1,290 us instead of 2,650.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from accounts.models import User
from accounts.serializers import UserOut, user_out
from accounts.services.stamping import people_stamp
from core.stamps import Away, Stamp

MOST_KEPT = 10_000
FOR = 15.0  # seconds


class Cards:
    def __init__(self) -> None:
        self._kept: dict[int, UserOut] = {}
        self._stamp: Stamp = None
        self._until = 0.0
        self._lock = threading.Lock()

    def of(self, user_ids: Iterable[int]) -> list[UserOut]:
        """Return the cards of those who exist, by id. They are shared: nobody may change them."""
        wanted = sorted(set(user_ids))
        try:
            stamp = people_stamp()  # before reading: a card is at least as new as the stamp it is kept under
        except Away:
            return list(_read(wanted).values())
        known = self._known(wanted, stamp)
        missing = [user_id for user_id in wanted if user_id not in known]
        if missing:
            known |= self._keep(_read(missing), stamp)
        return [known[user_id] for user_id in wanted if user_id in known]

    def _known(self, wanted: list[int], stamp: Stamp) -> dict[int, UserOut]:
        with self._lock:
            if stamp != self._stamp or len(self._kept) > MOST_KEPT or time.monotonic() > self._until:
                self._kept, self._stamp, self._until = {}, stamp, time.monotonic() + FOR
            return {user_id: self._kept[user_id] for user_id in wanted if user_id in self._kept}

    def _keep(self, read: dict[int, UserOut], stamp: Stamp) -> dict[int, UserOut]:
        with self._lock:
            if stamp == self._stamp:
                self._kept |= read
        return read

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def _read(user_ids: list[int]) -> dict[int, UserOut]:
    return {person.pk: user_out(person) for person in User.objects.in_bulk(user_ids).values()}


cards = Cards()
