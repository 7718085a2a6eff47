"""A process that serves searches for garbage seldom, and never among what was loaded at its start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.collecting import SELDOM
from tests.services import ROOT

# Garbage that refers to itself is left behind, and ever more lists are made until a search has found it. Nobody asks for one.
PROGRAM = """
import gc, json, weakref
import config.asgi
import accounts.models

class Loop:
    def __init__(self):
        self.me = self

gc.collect(0)
seen, kept = weakref.ref(Loop()), []
while seen() is not None and len(kept) < 1_000_000:
    kept.append([])
searched = {id(each) for each in gc.get_objects()}
print(json.dumps({
    "thresholds": gc.get_threshold(),
    "found_after": len(kept),
    "new_is_searched": id(kept) in searched,
    "loaded_is_searched": [id(each) in searched for each in (vars(accounts.models), vars(config.asgi))],
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what a process tells that has loaded all that a server loads."""
    data: Path = tmp_path_factory.mktemp("data")
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CHATFLOW_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_garbage_made_later_is_found_seldom_but_found(told: Any) -> None:
    assert told["thresholds"] == list(SELDOM)
    assert SELDOM[0] * 0.9 < told["found_after"] < SELDOM[0] * 1.1


def test_what_was_loaded_is_not_looked_through_again(told: Any) -> None:
    assert told["loaded_is_searched"] == [False, False]
    assert told["new_is_searched"]
