"""One after the other, between machines: a document that whoever is at work keeps renewing."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from core import clock

LEASE = timedelta(seconds=60)  # after which somebody who has died no longer holds the others up
RENEW_EVERY = 15.0  # seconds
LOOK_EVERY = 0.5

Turns = Collection[dict[str, Any]]


@contextmanager
def turn(name: str) -> Iterator[None]:
    """Wait until nobody else is at it, then hold the turn; it outlives this process by a minute at most."""
    engine: Any = connection
    connection.ensure_connection()
    turns: Turns = engine.connection[engine.settings_dict["NAME"]]["chatflow_turns"]
    mine, done = uuid.uuid4().hex, threading.Event()
    while not _taken(turns, name, mine):
        time.sleep(LOOK_EVERY)
    renewing = threading.Thread(target=_renew, args=(turns, mine, done), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        done.set()
        renewing.join()
        turns.delete_one({"holder": mine})


def _taken(turns: Turns, name: str, mine: str) -> bool:
    """Take a turn that nobody holds any more, or that nobody ever held; the unique key lets one of several through."""
    try:
        turns.update_one(
            {"_id": name, "until": {"$lt": clock.now()}}, {"$set": {"holder": mine, "until": _later()}}, upsert=True
        )
    except DuplicateKeyError:
        return False
    return turns.count_documents({"_id": name, "holder": mine}) == 1


def _renew(turns: Turns, mine: str, done: threading.Event) -> None:
    while not done.wait(RENEW_EVERY):
        turns.update_one({"holder": mine}, {"$set": {"until": _later()}})


def _later() -> datetime:
    return clock.now() + LEASE
