"""Stamps only rise, are shared through Redis, and survive its absence."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from core import stamps as module
from core.stamps import Away, OwnStamps, SharedStamps, Stamps
from tests.services import Redis, redis


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    with redis() as running:
        yield running


@pytest.fixture(params=["own", "shared"])
def found(request: pytest.FixtureRequest) -> Stamps:
    if request.param == "own":
        return OwnStamps()
    return SharedStamps(request.getfixturevalue("server").url, f"test{time.monotonic_ns()}")


def test_a_stamp_rises_and_never_falls(found: Stamps) -> None:
    assert found.read("a", "b") == (None, None)
    found.raise_to({"a": 5, "b": 1})
    found.raise_to({"a": 3})
    assert found.read("a", "b") == (5, 1)
    found.bump("a", "c")
    assert found.read("a", "c") == (6, 1)


def test_another_process_sees_it(server: Redis) -> None:
    here, there = SharedStamps(server.url, "two"), SharedStamps(server.url, "two")
    here.raise_to({"room:1": 7})
    assert there.read("room:1") == (7,)


def test_what_could_not_be_raised_is_raised_when_redis_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    with redis() as server:
        here = SharedStamps(server.url, "away")
        here.raise_to({"room:1": 1})
        server.stop()
        here.raise_to({"room:1": 2})
        here.bump("user:1")
        with pytest.raises(Away):
            here.read("room:1")
        server.start()
        assert here.read("room:1", "user:1") == (2, 1)
