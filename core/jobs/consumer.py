"""Who does the jobs: threads beside the server by default, processes of their own where there are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from huey.consumer import Consumer

from core.jobs import flush
from core.jobs.lanes import SLOW, USUAL
from core.jobs.queue import queue, runner

PROMPT = 0.5  # seconds between two looks into the file while nothing happens; Redis tells by itself
FINISH = 15  # seconds a job may go on when the process is told to stop; an idempotent one is found again


class Embedded(Consumer):  # type: ignore[misc]
    """Runs in threads of a server, whose signals are its own business."""

    def _set_signal_handlers(self) -> None:
        return


def _consumer(kind: type[Consumer], threads: int, lane: str = USUAL) -> Consumer:
    runner(lane)
    return kind(
        queue(lane),
        workers=threads,
        periodic=lane == USUAL,
        max_delay=PROMPT,
        shutdown_timeout=FINISH,
        graceful_signal="TERM",
    )


@contextmanager
def embedded(threads: int) -> Iterator[None]:
    """Do jobs while the block runs, in so many threads (none at all with 0) and one for each slow lane."""
    if not threads:
        yield
        return
    with _running([_consumer(Embedded, threads), *_beside()]):
        try:
            yield
        finally:
            flush(1)


def serve(threads: int) -> None:
    """Do jobs until the process is told to stop: SIGTERM lets running ones finish."""
    with _running(_beside()):
        _consumer(Consumer, threads).run()


def _beside() -> list[Consumer]:
    return [_consumer(Embedded, 1, lane) for lane in SLOW]


@contextmanager
def _running(consumers: Sequence[Consumer]) -> Iterator[None]:
    for consumer in consumers:
        consumer.start()
    try:
        yield
    finally:
        for consumer in consumers:
            consumer.stop_flag.set()  # all at once, before any is waited for
        for consumer in consumers:
            consumer.stop(graceful=True)
