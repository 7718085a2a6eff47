"""Transactions and the worker threads' connections, in one place for every database."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, connection, connections, transaction
from django.db.models import QuerySet
from pymongo.errors import PyMongoError

from core.turns import in_turn

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row")
BEGIN_AGAIN_FOR = 5.0  # seconds
SHORTEST_PAUSE, LONGEST_PAUSE = 0.004, 0.1  # seconds
# What servers call "another transaction was in the way of yours; nothing of it happened".
LABEL = "TransientTransactionError"  # MongoDB's, for write conflicts and changes of the primary
CODES = {112, 251}  # WriteConflict, NoSuchTransaction
STATES = {"40001", "40P01"}  # PostgreSQL's serialization failure and deadlock

_again: ContextVar[bool] = ContextVar("again", default=False)


def atomic(using: str | None = None) -> AbstractContextManager[Any]:
    """Open a transaction (on the database of this alias): what it holds is committed together or not at all."""
    begun = transaction.atomic(using)
    waits = using is None and connection.vendor == "sqlite" and not connection.in_atomic_block
    return in_turn(begun) if waits else begun


def on_commit(callback: Callable[[], object]) -> None:
    """Run `callback` after the commit. Its failure is logged and never undoes or fails what was committed."""
    transaction.on_commit(callback, robust=True)


def undo() -> None:
    """Roll the surrounding transaction back when it ends, without an error: nothing had to change after all."""
    transaction.set_rollback(True)


def at_most_one(found: QuerySet[Any, Row]) -> Row | None:
    """Return the one row there can be. Unlike `first()` this asks for no order, which no index could give for nothing."""
    return next(iter(found[:1]), None)


def retried(action: Callable[P, T]) -> Callable[P, T]:
    """Make `action` begin again when the database has thrown its transaction away because of another one.

    It may change nothing but the database. Within a transaction it is called plainly: the outermost action begins again,
    as a whole.
    """

    @wraps(action)
    def begin(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            return action(*args, **kwargs)
        before, give_up, pause = _again.set(False), time.monotonic() + BEGIN_AGAIN_FOR, SHORTEST_PAUSE
        try:
            while True:
                try:
                    return action(*args, **kwargs)
                except DatabaseError as error:
                    if not was_in_the_way(error) or time.monotonic() > give_up:
                        raise
                time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - so that the same two do not meet again
                pause = min(2 * pause, LONGEST_PAUSE)
                _again.set(True)
        finally:
            _again.reset(before)

    return begin


def begun_again() -> bool:
    """Return whether this is a `retried` action's second or later beginning: it has spent its allowance already."""
    return _again.get()


def was_in_the_way(error: BaseException | None) -> bool:
    """Return whether the error, or what caused it, says that beginning again can help."""
    while error is not None:
        if getattr(error, "sqlstate", None) in STATES or getattr(error, "code", None) in CODES:
            return True
        if isinstance(error, PyMongoError) and error.has_error_label(LABEL):
            return True
        error = error.__cause__
    return False


def in_worker(call: Callable[[], Any]) -> Any:
    """Run `call` on a pool thread with healthy connections.

    SQLite keeps its connection (opening one costs more than most queries); others give theirs back to the pool.
    """
    try:
        return call()
    except DatabaseError:
        connections.close_all()
        raise
    finally:
        for used in connections.all(initialized_only=True):
            if used.vendor != "sqlite":
                used.close_if_unusable_or_obsolete()


def worker(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Callable[[], Any]:
    return partial(in_worker, partial(function, *args, **kwargs))
