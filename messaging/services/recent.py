"""The newest page of each room and what was missed of it, remembered by this process: opening a room then costs no query,
and a thousand people who come back at once ask for a room's changes once.

An answer is served only while the room's stamp is not above the `rev` it was read at and nobody has changed their name, so it
is never older than a change that was acknowledged, whichever process made it (tests/messaging/test_recent.py).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from accounts.services.stamping import people_stamp
from core.stamps import Away, Stamp
from messaging.serializers import ChangesOut, MessageOut, PageOut
from rooms.services.counter import head_of

MOST_PAGES = 500
MOST_CHANGES = 2_000
MOST_MESSAGES = 60  # in one answer that is remembered: what was missed for long is asked for by few


class Answer(Protocol):
    """What was read of a room, with the room's `rev` it was read at."""

    rev: int
    messages: list[MessageOut]


Given = TypeVar("Given", bound=Answer)


class RecentAnswers(Generic[Given]):
    """The newest answers about rooms, by what was asked of each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[int, *tuple[object, ...]], tuple[Given, Stamp]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, room_id: int, *asked: object, read: Callable[[], Given]) -> Given:
        """Return the answer, from memory where that is still true, else from `read`. It is shared: nobody may change it."""
        try:
            head, people = head_of(room_id), people_stamp()
        except Away:
            return read()
        with self._lock:
            answer, known = self._kept.get((room_id, *asked), (None, None))
        if answer is not None and head is not None and answer.rev >= head.rev and known == people:
            return answer
        answer = read()
        if len(answer.messages) <= MOST_MESSAGES:
            self._keep((room_id, *asked), answer, people)
        return answer

    def _keep(self, asked: tuple[int, *tuple[object, ...]], answer: Given, people: Stamp) -> None:
        with self._lock:
            self._kept[asked] = (answer, people)
            self._kept.move_to_end(asked)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def rooms(self) -> set[int]:
        """Return the rooms that something is remembered of."""
        with self._lock:
            return {room_id for room_id, *_ in self._kept}

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


recent: RecentAnswers[PageOut] = RecentAnswers(MOST_PAGES)
recent_changes: RecentAnswers[ChangesOut] = RecentAnswers(MOST_CHANGES)
