"""A small thing many requests need and few change: read once, looked after once a second, and then true on every process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from core.db import on_commit
from core.stamps import Away, Stamp, stamps

T = TypeVar("T")
LOOK_EVERY = 1.0  # seconds; two processes agree a second after the commit
READ_EVERY = 15.0  # seconds; for what another process without Redis has changed: a management command
_all: list[Kept[object]] = []


class Kept(Generic[T]):
    """`read` tells what the database says. What this process changes itself holds here from the commit on."""

    def __init__(self, name: str, read: Callable[[], T]) -> None:
        self._name, self._read = name, read
        self._held: tuple[T, Stamp] | None = None
        self._look_at = self._read_at = 0.0
        self._lock = threading.Lock()
        _all.append(self)  # type: ignore[arg-type] # to be emptied between two tests

    def get(self) -> T:
        """Return it: most calls cost a look at the clock, one a second costs a stamp."""
        now = time.monotonic()
        with self._lock:
            held = self._held
            if held is not None and now < self._look_at:
                return held[0]
        return self._look(now)

    def _look(self, now: float) -> T:
        try:
            (stamp,) = stamps().read(self._name)
        except Away:
            return self._keep(self._read(), None, now)
        with self._lock:
            held = self._held
            if held is not None and held[1] == stamp and now < self._read_at + READ_EVERY:
                self._look_at = now + LOOK_EVERY
                return held[0]
        return self._keep(self._read(), stamp, now)

    def _keep(self, value: T, stamp: Stamp, now: float) -> T:
        with self._lock:
            self._held = value, stamp
            self._read_at, self._look_at = now, now + LOOK_EVERY
        return value

    def change(self) -> None:
        """Call it in the transaction that changes what `read` reads."""
        on_commit(self._changed)

    def _changed(self) -> None:
        stamps().bump(self._name)
        self.forget()

    def forget(self) -> None:
        with self._lock:
            self._held = None


def forget_all() -> None:
    for one in _all:
        one.forget()
