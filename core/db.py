"""Transactions and the worker threads' connections, in one place for every database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction


def atomic() -> AbstractContextManager[Any]:
    """Open a transaction: what it holds is committed together or not at all."""
    return transaction.atomic()


def on_commit(callback: Callable[[], object]) -> None:
    """Run `callback` after the commit. Its failure is logged and never undoes or fails what was committed."""
    transaction.on_commit(callback, robust=True)


def undo() -> None:
    """Roll the surrounding transaction back when it ends, without an error: nothing had to change after all."""
    transaction.set_rollback(True)


def in_worker(call: Callable[[], Any]) -> Any:
    """Run `call` on a pool thread with a healthy connection.

    SQLite keeps its connection (opening one costs more than most queries); others give theirs back to the pool.
    """
    try:
        return call()
    except DatabaseError:
        connection.close()
        raise
    finally:
        if connection.vendor != "sqlite":
            close_old_connections()


def worker(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Callable[[], Any]:
    return partial(in_worker, partial(function, *args, **kwargs))
