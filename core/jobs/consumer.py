"""Who does the jobs: threads beside the server by default, processes of their own where there are many."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from huey.consumer import Consumer

from core.jobs import flush
from core.jobs.queue import queue, runner

PROMPT = 0.5  # seconds between two looks into the file while nothing happens; Redis tells by itself
FINISH = 15  # seconds a job may go on when the process is told to stop; an idempotent one is found again
NOISE = 60.0  # seconds


class Embedded(Consumer):  # type: ignore[misc]
    """Runs in threads of a server, whose signals are its own business."""

    def _set_signal_handlers(self) -> None:
        return


class Seldom(logging.Filter):
    """Lets one line a minute through, without its traceback: a Redis that is away would write one every moment."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg not in ("Error reading from queue", "Error reading schedule."):
            return True
        due = time.monotonic() >= self._next
        if due:
            self._next = time.monotonic() + NOISE
            record.exc_info = record.exc_text = None
            record.msg = "the queue of jobs is away; looking again"
        return due


def _consumer(kind: type[Consumer], threads: int) -> Consumer:
    runner()
    seldom = Seldom()
    for part in ("Worker", "Scheduler"):
        logging.getLogger(f"huey.consumer.{part}").addFilter(seldom)
    return kind(queue(), workers=threads, max_delay=PROMPT, shutdown_timeout=FINISH, graceful_signal="TERM")


@contextmanager
def embedded(threads: int) -> Iterator[None]:
    """Do jobs while the block runs, in so many threads (none at all with 0)."""
    if not threads:
        yield
        return
    consumer = _consumer(Embedded, threads)
    consumer.start()
    try:
        yield
    finally:
        flush(1)
        consumer.stop(graceful=True)


def serve(threads: int) -> None:
    """Do jobs until the process is told to stop: SIGTERM lets running ones finish."""
    _consumer(Consumer, threads).run()
