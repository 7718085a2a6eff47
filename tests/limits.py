"""The rate limits, switched on for a test, with a clock that stands still: a slow machine gives nobody more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from django.test import override_settings

from core.limits import memory


@contextmanager
def limited() -> Iterator[None]:
    memory.clear()
    still = SimpleNamespace(monotonic=lambda: 1000.0)
    alone = patch("core.limits._shared", return_value=None)  # Redis has a clock of its own: tests/core/test_limits.py
    with override_settings(RATE_LIMITS=True), patch("core.limits.time", still), alone:
        yield
    memory.clear()
