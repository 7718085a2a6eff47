"""When Python looks for garbage that refers to itself."""

from __future__ import annotations

import gc

# Allocations before the youngest objects are looked through; how many of these before the middle ones, and so on.
SELDOM = (20_000, 20, 50)


def collect_seldom() -> None:
    """Keep what was loaded by now out of every search, and search less often. Once, when everything is loaded.

    A socket is some two hundred objects that stay: with Python's own thresholds a burst of arrivals is searched through
    again and again. Worth, measured with 3,000 handshakes and half this threshold: 128 to 144 us of CPU each, not 192 to 315.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
