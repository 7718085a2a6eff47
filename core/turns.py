"""SQLite has one writer: threads that want to be it wait here for one another, and are woken the moment they may.

Left to SQLite they would look again after pauses of up to 100 ms. Worth, measured with 16 connections that send over REST:
see docs/performance.md.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

LONGEST = 20.0  # seconds; SQLite then decides, as it does between processes

_turn = threading.RLock()


@contextmanager
def in_turn(transaction: AbstractContextManager[Any]) -> Iterator[None]:
    """Hold the transaction open while the block runs, when it is this thread's turn."""
    mine = _turn.acquire(timeout=LONGEST)
    try:
        with transaction:
            yield
    finally:
        if mine:
            _turn.release()
