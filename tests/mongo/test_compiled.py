"""What needs no server: the indexes that migrations make, and the pipelines of the hot queries, as the engine compiles them.

After a change that is meant: `python -m tests.mongo.compiled > tests/mongo/compiled.json`, and read the difference.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mongo.planning import index_for

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = Path(__file__).with_name("compiled.json")
Compiled = dict[str, Any]


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    command = [sys.executable, "-m", "tests.mongo.compiled"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert answer.returncode == 0, answer.stderr
    told: Compiled = json.loads(answer.stdout)
    return told


@pytest.mark.parametrize("part", ["indexes", "unique", "commands"])
def test_what_is_compiled_is_what_was_read_and_approved(compiled: Compiled, part: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    # As text, because the order of keys is part of an index and of a sort.
    assert json.dumps(compiled[part], indent=1) == json.dumps(golden[part], indent=1)


def test_every_unique_field_has_a_plain_index(compiled: Compiled) -> None:
    """A partial one (`$type`) would be used by no query: `get(username=...)` would read the whole collection."""
    plain = {
        (collection, *index["key"])
        for collection, indexes in compiled["indexes"].items()
        for index in indexes.values()
        if index.get("unique") and "partialFilterExpression" not in index
    }
    assert {tuple(unique) for unique in compiled["unique"]} - plain == set()


def test_no_unique_index_is_partial(compiled: Compiled) -> None:
    indexes = [index for made in compiled["indexes"].values() for index in made.values() if index.get("unique")]
    assert [index for index in indexes if "partialFilterExpression" in index] == []


def test_nothing_is_added_before_a_sort_and_nothing_is_joined(compiled: Compiled) -> None:
    for name, command in compiled["commands"].items():
        kinds = [next(iter(stage)) for stage in command.get("pipeline", [])]
        assert "$lookup" not in kinds and "$facet" not in kinds, name
        assert "$addFields" not in kinds, name


def test_every_hot_query_has_an_index_that_finds_and_orders_its_rows(compiled: Compiled) -> None:
    """By the rules that MongoDB documents (equality, sort, range), where no MongoDB is there to explain itself."""
    without = [
        name
        for name, command in compiled["commands"].items()
        if index_for(command, compiled["indexes"][command.get("aggregate") or command["find"]]) is None
    ]
    assert without == []


PLACE = {"place": {"key": {"room_id": 1, "seq": 1}}}
SOME = {"some": {"key": {"room_id": 1, "seq": 1}, "partialFilterExpression": {"has": {"$gt": 0}}}}


@pytest.mark.parametrize(
    ("wanted", "order", "indexes", "found"),
    [
        ({"room_id": 1, "seq": {"$lt": 9}}, {"seq": -1}, PLACE, "place"),
        ({"room_id": 1}, {"seq": 1}, PLACE, "place"),
        ({"room_id": 1}, {"rev": 1}, PLACE, None),
        ({"room_id": {"$gt": 1}}, {"seq": 1}, PLACE, None),
        ({"room_id": {"$in": [1, 2]}}, {"seq": 1}, PLACE, None),
        ({"room_id": {"$in": [1, 2]}}, None, PLACE, "place"),
        ({"seq": 1}, None, PLACE, None),
        ({"room_id": 1}, {"room_id": 1, "seq": -1}, PLACE, "place"),
        ({}, {"room_id": 1, "seq": -1}, PLACE, None),
        ({}, {"room_id": -1, "seq": -1}, PLACE, "place"),
        ({"$or": [{"room_id": 1}, {"seq": 3}]}, None, PLACE, None),
        ({"$and": [{"room_id": 1}, {"$or": [{"seq": 3}, {"seq": {"$gt": 4}}]}]}, {"seq": 1}, PLACE, "place"),
        ({"room_id": {"$ne": 1}}, None, PLACE, None),
        ({"room_id": 1}, {"seq": 1}, SOME, None),
        ({"room_id": 1, "has": {"$gt": 0}}, {"seq": 1}, SOME, "some"),
        ({"_id": 1, "room_id": {"$gt": 3}}, None, {}, "_id_"),
    ],
)
def test_the_rules_tell_an_index_that_serves_from_one_that_does_not(
    wanted: Compiled, order: dict[str, int] | None, indexes: Compiled, found: str | None
) -> None:
    assert index_for({"find": "x", "filter": wanted} | ({"sort": order} if order else {}), indexes) == found
