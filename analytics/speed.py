"""How long deliveries have taken lately: the difference of two readings of a histogram that only grows."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from math import inf
from typing import NamedTuple

LATELY = 300.0  # seconds
APART = 5.0  # seconds between readings that are kept

Buckets = Mapping[float, float]  # seconds, and how many deliveries took at most so long


class Speed(NamedTuple):
    """Deliveries of the last `seconds` (None: since the start), and the time within which a part of them was done."""

    deliveries: int
    median: float | None
    slowest: float | None
    seconds: float | None


class Lately:
    """Keeps the readings of the last five minutes; they are taken when somebody looks."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, Buckets]] = deque()
        self._lock = threading.Lock()

    def take(self, buckets: Buckets, now: float | None = None) -> Speed:
        """Return the speed since the oldest reading that is kept, and keep this one."""
        now = time.monotonic() if now is None else now
        with self._lock:
            while len(self._kept) > 1 and self._kept[1][0] <= now - LATELY:
                self._kept.popleft()
            at, before = self._kept[0] if self._kept else (None, {})
            if not self._kept or now - self._kept[-1][0] >= APART:
                self._kept.append((now, dict(buckets)))
        gained = {bound: count - before.get(bound, 0) for bound, count in buckets.items()}
        return Speed(
            int(gained.get(inf, 0)), quantile(gained, 0.5), quantile(gained, 0.99), None if at is None else now - at
        )


def quantile(buckets: Buckets, part: float) -> float | None:
    """Return the seconds within which `part` of the deliveries was done, as Prometheus' histogram_quantile estimates it:
    spread evenly within a bucket; beyond the last bound that bound. None if there were none."""
    wanted, low, counted = part * buckets.get(inf, 0), 0.0, 0.0
    if not wanted:
        return None
    for bound, count in sorted(buckets.items()):
        if count >= wanted:
            return low if bound == inf else low + (bound - low) * (wanted - counted) / (count - counted)
        low, counted = bound, count
    return low
