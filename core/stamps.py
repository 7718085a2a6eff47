"""Numbers that only rise. They tell a process whether what it remembers is still true, without asking the database.

Who changes something raises its stamp after the commit and before answering; who remembers something keeps the stamp it
was read at. So nothing remembered can be older than a change that was acknowledged, on any process. With `REDIS_URL` the
stamps are shared; without Redis they are this process's own, which is then the only one.

With Redis away nothing remembered counts (the database is asked), and what should have been raised is raised when it is
back, by the sweep if by nobody else. A process that cannot reach Redis while others can leaves them behind; their own sweep
raises the stamps of the rooms they serve and of those they remember every two seconds, which bounds it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import Protocol

import redis
from django.conf import settings

log = logging.getLogger(__name__)
MOST_KEPT = 200_000
PAUSE = 2.0  # seconds to leave a silent Redis alone

Stamp = float | None


class Away(Exception):
    """The stamps cannot be read: ask the database."""


class Stamps(Protocol):
    def read(self, *names: str) -> tuple[Stamp, ...]:
        """Return the stamps, None for those that nobody raised yet. Raises `Away`."""

    def raise_to(self, values: Mapping[str, int]) -> None:
        """Raise each to at least its value. Never fails the caller."""

    def bump(self, *names: str) -> None:
        """Give each a value it never had. Never fails the caller."""


class OwnStamps:
    """The stamps of the only process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, *names: str) -> tuple[Stamp, ...]:
        with self._lock:
            return tuple(map(self._kept.get, names))

    def raise_to(self, values: Mapping[str, int]) -> None:
        with self._lock:
            for name, value in values.items():
                self._keep(name, max(self._kept.get(name, 0), value))

    def bump(self, *names: str) -> None:
        with self._lock:
            for name in names:
                self._keep(name, max(self._kept.get(name, 0) + 1, _microseconds()))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def _keep(self, name: str, value: float) -> None:
        self._kept[name] = value
        self._kept.move_to_end(name)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


class SharedStamps:
    """One sorted set in Redis, where raising is atomic. Emptied, it must not reach again what somebody still remembers:
    what a counter gives is higher each time, and what nobody counts (`bump`) goes on from the time of day."""

    def __init__(self, url: str, prefix: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_connect_timeout=0.25, socket_timeout=1)
        self._key = f"{prefix}:stamps"
        self._owed: dict[str, int | None] = {}  # None: to what it never was
        self._lock = threading.Lock()
        self._rest_until = 0.0

    def read(self, *names: str) -> tuple[Stamp, ...]:
        if self._owed:
            self._write({})
        if self._owed or time.monotonic() < self._rest_until:
            raise Away
        try:
            return tuple(self._redis.zmscore(self._key, list(names)))
        except redis.RedisError:
            self._rest()
            raise Away from None

    def raise_to(self, values: Mapping[str, int]) -> None:
        self._write(values)

    def bump(self, *names: str) -> None:
        self._write(dict.fromkeys(names))

    def _write(self, values: Mapping[str, int | None]) -> None:
        """Raise these and what is owed; what cannot be raised now is owed."""
        with self._lock:
            due, self._owed = {**self._owed, **values}, {}
        try:
            self._send(due)
        except redis.RedisError:
            self._rest()
            with self._lock:
                self._owed = dict([*due.items(), *self._owed.items()][-MOST_KEPT:])

    def _send(self, due: Mapping[str, int | None]) -> None:
        if time.monotonic() < self._rest_until:
            raise redis.ConnectionError("left alone for a moment")
        heights = {name: value for name, value in due.items() if value is not None}
        with self._redis.pipeline(transaction=False) as pipe:
            if heights:
                pipe.zadd(self._key, heights, gt=True)
            for name in due.keys() - heights.keys():
                pipe.zadd(self._key, {name: _microseconds()}, gt=True)
                pipe.zincrby(self._key, 1, name)
            pipe.execute()

    def _rest(self) -> None:
        if time.monotonic() >= self._rest_until:
            self._rest_until = time.monotonic() + PAUSE
            log.warning("Redis is away: the database is asked for what would be remembered")


def _microseconds() -> int:
    """Return the time of day as a whole number that a double holds exactly."""
    return time.time_ns() // 1000


@cache
def stamps() -> Stamps:
    return SharedStamps(settings.REDIS_URL, settings.REDIS_PREFIX) if settings.REDIS_URL else OwnStamps()
