"""Who does the jobs: threads beside the server by default, processes of their own where there are many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from huey.consumer import Consumer

from core.jobs import flush
from core.jobs.queue import queue, runner

PROMPT = 0.5  # seconds between two looks into the file while nothing happens; Redis tells by itself
FINISH = 15  # seconds a job may go on when the process is told to stop; an idempotent one is found again


class Embedded(Consumer):  # type: ignore[misc]
    """Runs in threads of a server, whose signals are its own business."""

    def _set_signal_handlers(self) -> None:
        return


def _consumer(kind: type[Consumer], threads: int) -> Consumer:
    runner()
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
