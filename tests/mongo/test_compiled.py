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


@pytest.mark.parametrize("part", ["indexes", "unique", "pipelines"])
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
    for name, stages in compiled["pipelines"].items():
        kinds = [next(iter(stage)) for stage in stages]
        assert "$lookup" not in kinds and "$facet" not in kinds, name
        assert "$addFields" not in kinds, name
