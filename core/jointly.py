"""What several threads want at the same time, one of them does for all: as realtime/lots.py, without an event loop.

Nobody waits for company: the first begins at once, and whoever comes while it is at work is in the next lot.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Wanted = TypeVar("Wanted")
Given = TypeVar("Given")
MOST_TOGETHER = 100


class _Place(Generic[Wanted, Given]):
    """Somebody's place in the queue: `woken` when their answer is there or, with `leads`, when it is theirs to work."""

    __slots__ = ("given", "leads", "wanted", "woken")

    def __init__(self, wanted: Wanted) -> None:
        self.wanted, self.leads = wanted, False
        self.given: Given | Exception
        self.woken = threading.Lock()
        self.woken.acquire()


class Jointly(Generic[Wanted, Given]):
    """`work` gets a lot and returns, for each in it, what it is given or the exception to raise."""

    def __init__(self, work: Callable[[Sequence[Wanted]], Sequence[Given | Exception]]) -> None:
        self._work = work
        self._waiting: deque[_Place[Wanted, Given]] = deque()
        self._at_work = False
        self._lock = threading.Lock()

    def __call__(self, wanted: Wanted) -> Given:
        mine: _Place[Wanted, Given] = _Place(wanted)
        with self._lock:
            self._waiting.append(mine)
            mine.leads, self._at_work = not self._at_work, True
        if not mine.leads:
            mine.woken.acquire()
        if mine.leads:
            self._lead()
        if isinstance(mine.given, Exception):
            raise mine.given
        return mine.given

    def _lead(self) -> None:
        """Do the work of all who wait, the caller first among them; then it is for the first of those who came since."""
        with self._lock:
            lot = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
        self._do(lot)
        for other in lot[1:]:
            other.woken.release()
        with self._lock:
            self._at_work = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].woken.release()

    def _do(self, lot: Sequence[_Place[Wanted, Given]]) -> None:
        given: Sequence[Given | Exception]
        try:
            given = self._work([each.wanted for each in lot])
        except Exception as error:  # noqa: BLE001 - every one of them is told
            given = [error] * len(lot)
        for each, found in zip(lot, given, strict=True):
            each.given = found
