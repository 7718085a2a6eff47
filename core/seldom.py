"""Lines of libraries that would fill the log while Redis is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

EVERY = 60.0  # seconds


class Seldom(logging.Filter):
    """Lets one of these lines a minute through: as `says`, without its traceback. All others pass."""

    def __init__(self, lines: Sequence[str], says: str) -> None:
        super().__init__()
        self._lines, self._says, self._next = frozenset(lines), says, 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg not in self._lines:
            return True
        due = time.monotonic() >= self._next
        if due:
            self._next = time.monotonic() + EVERY
            record.args = record.exc_info = record.exc_text = None
            record.msg, record.levelno, record.levelname = self._says, logging.WARNING, "WARNING"
        return due
