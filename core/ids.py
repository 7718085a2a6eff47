"""Sixty-four-bit, time-sortable ids made by the application: one key for every database."""

from __future__ import annotations

import os
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigAutoField, BigIntegerField, Model

if TYPE_CHECKING:  # generic for the type checker alone
    IntegerKey = BigAutoField[int, int]
else:
    IntegerKey = BigAutoField

EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
NODE_BITS = 10
COUNTER_BITS = 12


class IdMaker:
    """41 bits of milliseconds, 10 of node, 12 of counter. An id names; it never orders messages (`seq` does)."""

    def __init__(self, node: int | None = None) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._node = secrets.randbits(NODE_BITS) if node is None else node % (1 << NODE_BITS)
        self._ms = 0
        self._counter = 0

    def start_again(self) -> None:
        """Forget the last id: for tests, whose clocks are set ahead and back again."""
        self._ms = 0

    def __call__(self) -> int:
        with self._lock:
            if self._pid != os.getpid():  # a fork must not repeat its parent's ids
                self._pid, self._node = os.getpid(), secrets.randbits(NODE_BITS)
            now = max(time.time_ns() // 1_000_000 - EPOCH_MS, self._ms)  # a clock set back never repeats ids
            # A random start makes a clash of two processes with the same random node unlikely even in one millisecond.
            self._counter = self._counter + 1 if now == self._ms else secrets.randbits(COUNTER_BITS - 1)
            if self._counter >> COUNTER_BITS:
                now, self._counter = now + 1, 0
            self._ms = now
            return now << (NODE_BITS + COUNTER_BITS) | self._node << COUNTER_BITS | self._counter


next_id = IdMaker(int(os.environ["CHATFLOW_NODE"]) if os.environ.get("CHATFLOW_NODE") else None)


def first_id_at(moment: datetime) -> int:
    """Return the smallest id that can be made at `moment` or later: between two of them lies what was made meanwhile."""
    return max((moment - EPOCH) // timedelta(milliseconds=1), 0) << (NODE_BITS + COUNTER_BITS)


def id_at(moment: datetime) -> int:
    """Return an id as it could have been made at `moment`, for rows that are dated back."""
    return first_id_at(moment) | secrets.randbits(NODE_BITS + COUNTER_BITS)


class SnowflakeAutoField(IntegerKey):
    """The default primary key everywhere: an integer from `next_id`, on MongoDB stored as `_id`.

    It reports `BigIntegerField` as its internal type, so that no database tries to number rows itself, and the same
    migrations serve SQLite, PostgreSQL and MongoDB.
    """

    db_returning = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if settings.DEFAULT_DB_IS_MONGO:
            kwargs["db_column"] = "_id"
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("db_column") == "_id":
            del kwargs["db_column"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        # "integer primary key" is SQLite's rowid: rows are found without a second index.
        return "integer" if connection.vendor == "sqlite" else BigIntegerField().db_type(connection)

    def rel_db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return BigIntegerField().db_type(connection)

    def pre_save(self, model_instance: Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if value is None and add:
            value = next_id()
            setattr(model_instance, self.attname, value)
        return value

    def get_pk_value_on_save(self, instance: Model) -> int:
        return getattr(instance, self.attname) or next_id()
