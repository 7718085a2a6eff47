"""What a process does beside its event loop: work on threads, and coroutines of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from core.db import worker
from realtime.tasks import end

log = logging.getLogger(__name__)
T = TypeVar("T")
WORKERS = 8


class Work:
    """The threads and the tasks that belong to one event loop; they end with `stop`."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="chatflow")
        self._tasks: set[asyncio.Task[Any]] = set()

    async def db(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run database work on the pool, off the event loop."""
        result: T = await self.loop.run_in_executor(self._pool, worker(function, *args, **kwargs))
        return result

    def spawn(self, work: Any) -> None:
        """Run a coroutine beside; its failure is logged."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("hub task failed", exc_info=task.exception())

    async def end_tasks(self) -> None:
        await end(self._tasks)

    def end_threads(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
