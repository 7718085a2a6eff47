"""Jobs on their way to the queue. A queue that is slow or away holds up nobody: a thread waits for it instead."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

log = logging.getLogger(__name__)
MOST = 10_000  # what comes on top is left to the periodic jobs
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between two tries

Enqueue = Callable[[], object]


class Outbox:
    """Enqueues in order, one after the other, and again when that fails. Its thread starts with the first job."""

    def __init__(self) -> None:
        self._waiting: deque[Enqueue] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, enqueue: Enqueue) -> None:
        """Take a job from any thread, at once."""
        with self._changed:
            if len(self._waiting) >= MOST:
                log.error("the queue of jobs has been away for long: a job is left to the periodic ones")
                return
            self._waiting.append(enqueue)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="chatflow-jobs-out", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, seconds: float) -> bool:
        """Return whether everything has left within `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting, seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                first = self._waiting[0]
            _insist(first)
            with self._changed:
                self._waiting.popleft()
                self._changed.notify_all()


def _insist(enqueue: Enqueue) -> None:
    """Try until the queue takes it."""
    pause = SHORTEST_PAUSE
    while True:
        try:
            enqueue()
            return
        except (TypeError, ValueError):
            log.exception("a job cannot be enqueued and is dropped: its arguments are not JSON")
            return
        except Exception as error:  # noqa: BLE001 - Redis or the disk, in whatever words
            if pause == SHORTEST_PAUSE:
                log.warning("the queue of jobs is away (%s): jobs wait in this process", type(error).__name__)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
