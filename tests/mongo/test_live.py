"""On the server this run is on: its indexes, and how it answers every hot query. Skipped on a run on another database."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from config.doctor import mongodb
from config.doctor.finding import Level
from core import clock
from core.mongo.turn import turn
from messaging.models import Mention, Message
from rooms.models import Room
from tests.accounts.racing import at_once
from tests.engines import differs_on, on_mongodb
from tests.factories import make_room, say
from tests.mongo.queries import hot_queries, pipeline

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not on_mongodb(), reason="this run is not on MongoDB (DATABASE_URL)"),
]
COMPILED = json.loads(Path(__file__).with_name("compiled.json").read_text(encoding="utf-8"))
HOT = sorted(hot_queries(room=1, user=2)) if on_mongodb() else []
# Commands of the store by what they are for: collection, filter, sort, limit.
STORE: dict[str, tuple[Any, dict[str, Any], dict[str, int] | None, int]] = {
    "what was sent": (Message, {"author_id": 2, "client_id": "key"}, None, 1),
    "one message": (Message, {"_id": 7}, None, 1),
    "the newest": (Message, {"room_id": 1}, {"seq": -1}, 50),
    "older": (Message, {"room_id": 1, "seq": {"$lt": 90}}, {"seq": -1}, 50),
    "newer": (Message, {"room_id": 1, "seq": {"$gt": 9}}, {"seq": 1}, 50),
    "changed since": (Message, {"room_id": 1, "rev": {"$gt": 9}}, {"rev": 1}, 501),
    "unread": (
        Message,
        {"room_id": 1, "seq": {"$gt": 9}, "deleted_at": None, "author_id": {"$ne": 2}},
        {"seq": 1},
        100,
    ),
    "mentions": (Mention, {"room_id": 1, "user_id": {"$in": [2, 0]}, "seq": {"$gt": 9}}, None, 100),
    "the counter": (Room, {"_id": 1, "access_rev": 3}, None, 1),
}


@pytest.fixture
def talk(alice: User, bob: User) -> Room:
    """Return a room with a little history, among others."""
    rooms = [make_room(alice, bob, kind="public", name=f"Room {number}") for number in range(5)]
    for number in range(60):
        say((alice, bob)[number % 2], rooms[number % 2], f"@bob {number}")
    return rooms[0]


def explain(command: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = connection.connection[connection.settings_dict["NAME"]].command(
        "explain", dict(command), verbosity="queryPlanner"
    )
    return told


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


def require_index(command: Mapping[str, Any], *, sorted_by: bool) -> None:
    found = set(stages(explain(command)))
    if sorted_by:
        differs_on("documentdb", "its planner sorts for itself what it finds, and takes no order from an index")
    if "COLLSCAN" in found:
        differs_on("documentdb", "its planner reads a small collection as a whole, whatever indexes there are")
    assert found & {"IXSCAN", "IDHACK", "EXPRESS_IXSCAN", "EXPRESS_CLUSTERED_IXSCAN"}, found
    assert not found & {"COLLSCAN", "SORT"}


@pytest.mark.parametrize("name", HOT)
def test_a_hot_query_uses_an_index_and_does_not_sort_in_memory(name: str, talk: Room, bob: User) -> None:
    found = hot_queries(room=talk.pk, user=bob.pk)[name]
    table, asked = found.model._meta.db_table, pipeline(found)
    require_index({"aggregate": table, "pipeline": asked, "cursor": {}}, sorted_by=any("$sort" in one for one in asked))


@pytest.mark.parametrize("name", STORE)
def test_a_command_of_the_store_uses_an_index_and_does_not_sort_in_memory(name: str, talk: Room, bob: User) -> None:
    model, wanted, order, limit = STORE[name]
    here = {key: {"room_id": talk.pk, "author_id": bob.pk}.get(key, value) for key, value in wanted.items()}
    command = {"find": model._meta.db_table, "filter": here, "limit": limit} | ({"sort": order} if order else {})
    require_index(command, sorted_by=order is not None)


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
