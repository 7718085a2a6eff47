"""Several people at the same moment: real threads, each with its own database connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from core.errors import AppError

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> list[T | AppError]:
    """Make all calls at once; return what each returned or was refused with, in order."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | AppError:
        barrier.wait()
        try:
            return call()
        except AppError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(results: Sequence[object]) -> list[str]:
    return [result.code for result in results if isinstance(result, AppError)]
