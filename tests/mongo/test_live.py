"""On the server this run is on: its indexes, and how it answers every hot query. Skipped on a run on another database."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pymongo.database import Database
from pytest_django import DjangoDbBlocker

from config.doctor import mongodb
from config.doctor.finding import Level
from core import clock
from core.mongo.turn import turn
from tests.accounts.racing import at_once
from tests.engines import differs_on, on_mongodb
from tests.mongo.large import filled
from tests.mongo.queries import commands

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not on_mongodb(), reason="this run is not on MongoDB (DATABASE_URL)"),
]
COMPILED = json.loads(Path(__file__).with_name("compiled.json").read_text(encoding="utf-8"))
HOT = commands() if on_mongodb() else {}
Collections = Database[dict[str, Any]]


@pytest.fixture(scope="module")
def large(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Collections]:
    """Return the hot collections with their indexes and so much in them that no planner would rather read it all."""
    name = f"explain_{uuid.uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        connection.ensure_connection()
        client: Any = connection.connection
        yield filled(client[name], COMPILED["indexes"])
        client.drop_database(name)
        connection.close()


def stages(plan: Any) -> Iterator[str]:
    """Yield the kinds of stages in the winning plan, however deep."""
    if isinstance(plan, dict):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for name, part in plan.items():
            if name not in ("rejectedPlans", "command"):
                yield from stages(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from stages(part)


@pytest.mark.parametrize("name", HOT)
def test_a_hot_query_uses_an_index(name: str, large: Collections) -> None:
    explained = large.command("explain", HOT[name], verbosity="queryPlanner")
    found = set(stages(explained))
    assert found & {"IXSCAN", "IDHACK", "EXPRESS_IXSCAN", "EXPRESS_CLUSTERED_IXSCAN"}, explained
    assert "COLLSCAN" not in found


@pytest.mark.parametrize("name", [name for name, command in HOT.items() if "sort" in json.dumps(command, default=str)])
def test_a_hot_query_does_not_sort_in_memory(name: str, large: Collections) -> None:
    """tests/mongo/test_compiled.py proves the same by MongoDB's rules, on every run."""
    differs_on("documentdb", "it sorts what it has found, whatever the order of the index it was found by")
    assert "SORT" not in set(stages(large.command("explain", HOT[name], verbosity="queryPlanner")))


def test_the_server_has_the_indexes_that_were_compiled(db: None) -> None:
    data = connection.connection[connection.settings_dict["NAME"]]
    for collection, indexes in COMPILED["indexes"].items():
        made = {name: dict(one["key"]) for name, one in data[collection].index_information().items() if name != "_id_"}
        assert made == {name: one["key"] for name, one in indexes.items()}, collection


def test_the_turn_goes_from_one_to_the_next() -> None:
    order: list[str] = []

    def work(name: str) -> None:
        with turn("testing"):
            order.append(f"{name} begins")
            time.sleep(0.05)
            order.append(f"{name} ends")

    at_once([partial(work, name) for name in "abcd"])
    assert len(order) == 8
    assert all(begun[0] == ended[0] for begun, ended in zip(order[::2], order[1::2], strict=True))


def test_a_turn_whose_holder_died_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = connection.connection[connection.settings_dict["NAME"]]["chatflow_turns"]
    turns.insert_one({"_id": "testing", "holder": "somebody who died", "until": clock.now()})
    with turn("testing"):
        assert turns.count_documents({"holder": "somebody who died"}) == 0
    assert turns.count_documents({}) == 0


def test_the_doctor_finds_every_index_and_misses_one_that_is_gone(db: None) -> None:
    assert [finding.says for finding in mongodb.check(connection) if finding.level is Level.PROBLEM] == []
    messages = connection.connection[connection.settings_dict["NAME"]]["messaging_message"]
    messages.drop_index("message_place")
    told = [finding.says for finding in mongodb.check(connection) if finding.level is Level.PROBLEM]
    messages.create_index([("room_id", 1), ("seq", 1)], name="message_place", unique=True)
    assert told == ["indexes are missing: messaging_message (room_id, seq)"]
