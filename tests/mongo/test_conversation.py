"""The store's commands as the driver sends them, transactions included, against a conversation that was recorded.

It was recorded on DocumentDB; docs/databases.md says when. After a change that is meant:
`python -m tests.mongo.conversation record > tests/mongo/conversation.json`, and read the difference.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bson import json_util

from tests.mongo.replay import replaying

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDED = json_util.loads(Path(__file__).with_name("conversation.json").read_text(encoding="utf-8"))
EXCHANGE: list[dict[str, Any]] = RECORDED["exchange"]


@pytest.fixture(scope="module")
def told() -> Any:
    with replaying([turn["heard"] for turn in EXCHANGE]) as server:
        command = [sys.executable, "-m", "tests.mongo.conversation", server.url]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert answer.returncode == 0, answer.stderr
    return json_util.loads(answer.stdout)


def test_the_store_says_what_it_said(told: Any) -> None:
    assert told["said"] == [turn["said"] for turn in EXCHANGE]


def test_the_store_makes_the_same_of_the_answers(told: Any) -> None:
    assert told["made"] == RECORDED["made"]


def test_a_message_is_kept_in_one_transaction_of_two_commands() -> None:
    take, keep, end = (turn["said"] for turn in EXCHANGE[:3])
    assert (take["findAndModify"], keep["insert"], end["commitTransaction"]) == ("rooms_room", "messaging_message", 1)
    assert take["startTransaction"] and take["readConcern"] == {"level": "snapshot"}
    assert end["writeConcern"] == {"w": "majority", "j": True}


def test_a_key_that_is_taken_aborts_the_transaction() -> None:
    assert [next(iter(turn["said"])) for turn in EXCHANGE[5:8]] == ["findAndModify", "insert", "abortTransaction"]
