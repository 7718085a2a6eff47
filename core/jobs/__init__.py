"""Work for later: handed over after the commit, done by a worker, never on the path of a request.

A job is a module-level function of JSON arguments, marked with `@job()`. It may run twice (a retry), or never (a process
killed at the wrong moment): so it is idempotent, and what must happen is found again by a periodic job (config/jobs.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django_tasks import task as job
from django_tasks.base import Task

from core.db import on_commit
from core.jobs.lanes import DRAWING, OUTSIDE
from core.jobs.outbox import Outbox

__all__ = ["DRAWING", "OUTSIDE", "flush", "job", "later", "set_hand_over"]

HandOver = Callable[[Callable[[], object]], None]

_outbox = Outbox()
_hand_over: HandOver = _outbox.put


def later(work: Task[Any, Any], /, *args: Any, **kwargs: Any) -> None:
    """Have a worker do `work` with these JSON arguments, once the transaction has committed. Never fails the caller."""
    on_commit(lambda: _hand_over(partial(work.enqueue, *args, **kwargs)))


def flush(seconds: float) -> None:
    """Wait, at most so long, until what was handed over lies in the queue: this process is about to end."""
    _outbox.flush(seconds)


def set_hand_over(hand_over: HandOver | None) -> HandOver:
    """Choose how jobs get to the queue; returns the way before. Only tests call this."""
    global _hand_over
    before, _hand_over = _hand_over, hand_over or _outbox.put
    return before
