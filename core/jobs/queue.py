"""The queue: huey behind the `django_tasks` API. A file in the data directory, or Redis for many processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.core.cache import cache as shared
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id, normalize_json
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.api import TaskWrapper
from huey.serializer import SignedSerializer

from core import metrics
from core.db import in_worker
from core.jobs.lanes import USUAL

RETRIES, FIRST_DELAY, BACKOFF = 5, 5, 3  # after 5, 15, 45, 135 and 405 seconds; then the periodic jobs have to find it


@cache
def queue(lane: str = USUAL) -> Huey:
    """Return a queue of this site, one for each of `LANES`.

    Results are not kept: whoever wants to know looks at what the job was to change.
    """
    # Signed: whoever can write to Redis must not be able to make a worker unpickle what they like.
    signed = SignedSerializer(secret=settings.SECRET_KEY, salt="jobs")
    options = {"results": False, "utc": True, "serializer": signed}
    ending = "" if lane == USUAL else f"-{lane}"
    if settings.REDIS_URL:
        return RedisHuey(f"{settings.REDIS_PREFIX}{ending}", url=settings.REDIS_URL, **options)
    return SqliteHuey(f"chatflow{ending}", filename=str(settings.DATA / "jobs.sqlite3"), **options)


@cache
def runner(lane: str = USUAL) -> TaskWrapper:
    """Return the one thing that huey knows: run what lies at a path."""
    wrapped: TaskWrapper = queue(lane).task(
        name="job", retries=RETRIES, retry_delay=FIRST_DELAY, retry_backoff=BACKOFF
    )(run)
    return wrapped


def run(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Do the job at this import path, in a worker."""
    work: Task[Any, Any] = import_string(path)
    counted(path, partial(work.func, *args, **kwargs))


def counted(path: str, call: Callable[[], Any]) -> None:
    """Call, and count how it ended and how long it took."""
    name, started, outcome = path.rpartition(".")[2], time.perf_counter(), "failed"
    try:
        in_worker(call)
        outcome = "done"
    finally:
        metrics.jobs.labels(name, outcome).inc()
        metrics.job_time.labels(name).observe(time.perf_counter() - started)


def every(when: str, work: Callable[[], None]) -> None:
    """Run `work` at the times of a crontab line (five fields, UTC), on one of however many workers there are."""
    minute, hour, day, month, weekday = when.split()
    name = f"{work.__module__}.{work.__qualname__}"
    times = crontab(minute=minute, hour=hour, day=day, month=month, day_of_week=weekday)
    queue().periodic_task(times, name=f"every {name}")(partial(_once, name, work))


def _once(name: str, work: Callable[[], None]) -> None:
    """Every worker's clock calls; the first one of a minute does it. Without Redis there is only one."""
    minute = int(time.time() // 60)
    if shared.add(f"job/{name}/{minute}", 1, timeout=120):
        counted(name, work)


class Backend(BaseTaskBackend):
    """Puts tasks on the queue; `TASKS` in the settings names it."""

    supports_defer = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        args, kwargs = normalize_json(list(args)), normalize_json(kwargs)
        lane = task.queue_name
        queue(lane).enqueue(runner(lane).s(task.module_path, args, kwargs, eta=task.run_after))
        return TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
