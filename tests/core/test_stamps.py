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
    before = [value or 0 for value in found.read("a", "c")]
    assert min(before) > 5
    found.bump("a")
    after = [value or 0 for value in found.read("a", "c")]
    assert after[0] > before[0] and after[1] == before[1]


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
        room, user = here.read("room:1", "user:1")
        assert room == 2 and user is not None


def test_what_is_owed_is_told_without_anybody_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    with redis() as server:
        here, there = SharedStamps(server.url, "owed"), SharedStamps(server.url, "owed")
        server.stop()
        here.raise_to({"room:1": 2})
        server.start()
        assert there.read("room:1") == (None,)
        here.raise_to({})  # the sweep does
        assert there.read("room:1") == (2,)


def test_a_redis_that_was_emptied_never_says_again_what_somebody_remembers() -> None:
    with redis() as server:
        here, there = SharedStamps(server.url, "emptied"), SharedStamps(server.url, "emptied")
        here.bump("people")
        remembered = there.read("people")
        server.stop()
        server.start()
        here.bump("people")
        assert there.read("people") not in (remembered, (None,))
