"""Background jobs in tests: kept until a test runs them, so that nothing happens behind its back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string
from django_tasks import task_backends
from django_tasks.backends.dummy import DummyBackend


class Kept(DummyBackend):
    """Keeps what was enqueued."""


class Jobs:
    """What was enqueued since the test began."""

    def __init__(self) -> None:
        backend = task_backends["default"]
        assert isinstance(backend, Kept)
        self._kept: list[Any] = backend.results
        self._kept.clear()

    @property
    def pending(self) -> list[tuple[str, list[Any]]]:
        """Return (name, arguments) of what waits, oldest first."""
        return [(kept.task.name, list(kept.args)) for kept in self._kept]

    def clear(self) -> None:
        """Lose all that waits, as a killed process does."""
        self._kept.clear()

    def run(self) -> int:
        """Run all that waits, and what that enqueues, with arguments as a queue would bring them; return how many."""
        count = 0
        while self._kept:
            kept = self._kept.pop(0)
            import_string(kept.task.module_path).func(*kept.args, **kept.kwargs)
            count += 1
        return count


def at_once(enqueue: Callable[[], object]) -> None:
    """Enqueue here and now, not by the thread that waits for a queue."""
    enqueue()
