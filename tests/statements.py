"""What is asked of the database, whichever it is; the transaction around it does not count."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from tests.engines import on_mongodb

AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "commitTransaction", "abortTransaction")


class _Commands(CommandListener):
    """MongoDB's driver tells of every command, also of those that pass by the ORM."""

    def __init__(self) -> None:
        self.heard = threading.local()

    def started(self, event: CommandStartedEvent) -> None:
        if (asked := getattr(self.heard, "asked", None)) is not None:
            asked.append(f"{event.command_name} {event.command.get(event.command_name)}")

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


_commands = _Commands()
if on_mongodb():
    pymongo.monitoring.register(_commands)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather what this thread asks: SQL, or MongoDB's commands as `find messaging_message`."""
    asked: list[str] = []
    if on_mongodb():
        _commands.heard.asked = heard = []
        yield asked
        _commands.heard.asked = None
    else:
        with CaptureQueriesContext(connection) as queries:
            yield asked
        heard = [query["sql"].lstrip() for query in queries]
    asked += [statement for statement in heard if not statement.startswith(AROUND)]
