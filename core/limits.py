"""One rate limiter for both doors: GCRA, in this process or, with `REDIS_URL`, shared by all of them."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings

from core.db import begun_again
from core.errors import RateLimited, Unavailable

log = logging.getLogger(__name__)
MOST_KEYS = 100_000
PAUSE = 2.0  # seconds to leave a silent Redis alone

# Returns how long to wait in milliseconds (0 = go on). KEYS: bucket; ARGV: interval and tolerance in ms.
GCRA = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = due - now - tonumber(ARGV[2])
if wait > 0 then return wait end
redis.call('SET', KEYS[1], due + tonumber(ARGV[1]), 'PX', math.ceil(due - now + tonumber(ARGV[1])))
return 0
"""

GIVE_BACK = """
local due = tonumber(redis.call('GET', KEYS[1]))
if due then redis.call('SET', KEYS[1], due - tonumber(ARGV[1]), 'KEEPTTL') end
"""


@dataclass(frozen=True)
class Limit:
    """At most `times` in `seconds`, all of which may come at once. `guard`: refuse rather than guess when Redis is away.

    `always`: also where `RATE_LIMITS` is off, because somebody has decided about this one.
    """

    name: str
    times: int
    seconds: float
    guard: bool = False
    always: bool = False

    @property
    def interval(self) -> float:
        return self.seconds / self.times

    @property
    def tolerance(self) -> float:
        return self.interval * (self.times - 1)


class MemoryStore:
    """Buckets of this process. The least recently used ones go when there are too many."""

    def __init__(self) -> None:
        self._due: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str, limit: Limit) -> float:
        now = time.monotonic()
        with self._lock:
            due = max(self._due.get(key, now), now)
            wait = due - now - limit.tolerance
            if wait > 1e-9:
                return wait
            self._due[key] = due + limit.interval
            self._due.move_to_end(key)
            if len(self._due) > MOST_KEYS:
                self._due.popitem(last=False)
        return 0.0

    def refund(self, key: str, limit: Limit) -> None:
        with self._lock:
            if key in self._due:
                self._due[key] -= limit.interval

    def clear(self) -> None:
        with self._lock:
            self._due.clear()


class RedisStore:
    """Buckets all processes share. Whoever waited for Redis in vain spares the others the wait, for a moment."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_connect_timeout=0.25, socket_timeout=1)
        self._rest_until = 0.0
        self._gcra = self._redis.register_script(GCRA)
        self._give_back = self._redis.register_script(GIVE_BACK)

    def wait(self, key: str, limit: Limit) -> float:
        if time.monotonic() < self._rest_until:
            raise redis.ConnectionError("left alone for a moment")
        bucket = f"{settings.REDIS_PREFIX}:limit:{key}"
        try:
            return float(self._gcra(keys=[bucket], args=[limit.interval * 1000, limit.tolerance * 1000])) / 1000
        except redis.RedisError:
            self._rest_until = time.monotonic() + PAUSE
            log.warning("Redis is away: limits are kept by this process alone, and nobody can sign in")
            raise

    def refund(self, key: str, limit: Limit) -> None:
        if time.monotonic() >= self._rest_until:
            self._give_back(keys=[f"{settings.REDIS_PREFIX}:limit:{key}"], args=[limit.interval * 1000])


memory = MemoryStore()


@cache
def _shared() -> RedisStore | None:
    return RedisStore(settings.REDIS_URL) if settings.REDIS_URL else None


def spend(limit: Limit, *who: object) -> None:
    """Take one from `who`'s allowance. Raise `RateLimited` (with the seconds to wait) when there is none left.

    With Redis away, a `guard` limit (authentication) raises `Unavailable`; others fall back to this process's own count.
    """
    if not (settings.RATE_LIMITS or limit.always) or begun_again():
        return
    key = ":".join((limit.name, *map(str, who)))
    shared = _shared()
    try:
        wait = (shared or memory).wait(key, limit)
    except redis.RedisError:
        if limit.guard:
            raise Unavailable() from None
        wait = memory.wait(key, limit)
    if wait > 0:
        raise RateLimited(retry_after=round(wait + 0.05, 1))


def refund(limit: Limit, *who: object) -> None:
    """Give back what `spend` took: only failures were meant to count."""
    if not (settings.RATE_LIMITS or limit.always):
        return
    key = ":".join((limit.name, *map(str, who)))
    with suppress(redis.RedisError):  # what cannot be given back comes back with time
        (_shared() or memory).refund(key, limit)
