"""The store's hot operations as one conversation with a server: what is said, in order, and what was answered.

`python -m tests.mongo.conversation record` says it to the server of `CHATFLOW_TEST_MONGODB_URL` and prints both sides.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import Any

from bson import json_util
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

ROOM, ALICE, BOB = 11 << 40, 12 << 40, 13 << 40
NOW = datetime(2026, 11, 24, 10, 0, 0, 123_000, tzinfo=UTC)
# What differs from run to run, or belongs to the connection and not to what is asked.
BESIDES = {"lsid", "$clusterTime", "$db", "txnNumber", "operationTime", "$readPreference"}
SPOKEN = {"find", "aggregate", "insert", "findAndModify", "commitTransaction", "abortTransaction", "getMore"}
Exchange = list[dict[str, Any]]


class Listener(CommandListener):
    """Keeps what the store says and hears."""

    def __init__(self) -> None:
        self.exchange: Exchange = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in SPOKEN:
            said = {name: value for name, value in event.command.items() if name not in BESIDES}
            self.exchange.append({"said": said})

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._heard(event.command_name, dict(event.reply))

    def failed(self, event: CommandFailedEvent) -> None:
        self._heard(event.command_name, dict(event.failure))

    def _heard(self, name: str, reply: dict[str, Any]) -> None:
        if name in SPOKEN:
            self.exchange[-1]["heard"] = {key: value for key, value in reply.items() if key not in BESIDES}


def converse() -> list[Any]:
    """Say all of it; return what the store made of the answers."""
    from django.db import IntegrityError

    from core.db import atomic
    from messaging import store
    from messaging.store import NewMessage

    new = NewMessage(ROOM, ALICE, "key-1", "0" * 32, "hello", 0, "", NOW)
    with atomic():
        first = store.append(new, access_rev=3)
    with atomic():
        old_rights = store.append(new._replace(client_id="key-2"), access_rev=2)
    try:
        with atomic():
            store.append(new, access_rev=3)
    except IntegrityError:
        again = store.find_sent(ALICE, "key-1")
    pages = [
        store.newest(ROOM, 50),
        store.older(ROOM, 9, 2),
        store.newer(ROOM, 1, 2),
        store.changed_since(ROOM, 0, 501),
    ]
    counts = [store.count_unread(ROOM, BOB, 0, 100), store.mentions_since(BOB, {ROOM: 0}, 100)]
    return [first, old_rights, again, store.one(7), store.many(ROOM, [7, first.id if first else 0]), *pages, *counts]


def set_up(url: str, listener: Listener) -> None:
    """Make Django speak to this server, with ids that are the same each time."""
    import pymongo

    pymongo.monitoring.register(listener)
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    import django

    django.setup()
    from messaging.store import rows

    numbers = iter(range(21 << 40, 22 << 40))
    vars(rows)["next_id"] = lambda: next(numbers)


def fill() -> None:
    """Make the room and a mention the conversation is about, in an empty database."""
    from django.core.management import call_command
    from django.db import connection

    connection.settings_dict["NAME"] = "chatflow_conversation"
    call_command("migrate", verbosity=0)
    data: Any = connection.get_database()  # type: ignore[attr-defined]
    data["rooms_room"].insert_one({"_id": ROOM, "rev": 4, "access_rev": 3, "last_seq": 0})
    data["messaging_mention"].insert_one({"_id": 1, "room_id": ROOM, "user_id": BOB, "seq": 5})


def record() -> None:
    listener = Listener()
    set_up(os.environ["CHATFLOW_TEST_MONGODB_URL"], listener)
    fill()
    from django.db import connection

    listener.exchange.clear()
    made, told = converse(), list(listener.exchange)
    connection.connection.drop_database(connection.settings_dict["NAME"])
    _tell({"exchange": told, "made": made})


def replay(url: str) -> None:
    """Hold the conversation with whatever answers at `url`; print what was said and what was made of the answers."""
    listener = Listener()
    set_up(url, listener)
    made = converse()
    _tell({"said": [turn["said"] for turn in listener.exchange], "made": made})


def _tell(told: Any) -> None:
    sys.stdout.write(json_util.dumps(told, indent=1, json_options=json_util.RELAXED_JSON_OPTIONS) + "\n")


if __name__ == "__main__":
    record() if sys.argv[1] == "record" else replay(sys.argv[1])
