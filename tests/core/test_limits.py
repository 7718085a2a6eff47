from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from core import limits
from core.errors import AppError, RateLimited, Unavailable
from core.limits import Limit, MemoryStore, spend
from tests.services import Redis, redis

FIVE = Limit("five", times=5, seconds=10)
GUARDED = Limit("guarded", times=5, seconds=10, guard=True)


class Clock:
    """A clock that is moved by hand."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Clock]:
    settings.RATE_LIMITS, settings.REDIS_URL = True, ""
    limits._shared.cache_clear()
    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    limits.memory.clear()
    yield clock
    limits.memory.clear()
    limits._shared.cache_clear()


@pytest.fixture(scope="module")
def running() -> Iterator[Redis]:
    with redis() as server:
        yield server


@pytest.fixture
def shared(running: Redis, clock: Clock, settings: Settings) -> Iterator[Redis]:
    settings.REDIS_URL = running.url
    limits._shared.cache_clear()
    yield running
    limits._shared.cache_clear()


def _wait(limit: Limit = FIVE, *who: object) -> float:
    """Spend once; return 0 or how long to wait."""
    try:
        spend(limit, *(who or ("alice",)))
    except RateLimited as refusal:
        assert refusal.status == 429
        return refusal.retry_after or 0.0
    return 0.0


def test_all_may_come_at_once_and_then_one_each_interval(clock: Clock) -> None:
    assert [_wait() for _ in range(5)] == [0] * 5
    assert _wait() == pytest.approx(2, abs=0.1)
    clock.now += 1.9
    assert _wait() > 0
    clock.now += 0.2
    assert [_wait(), _wait() > 0] == [0, True]


def test_refusals_cost_nothing(clock: Clock) -> None:
    for _ in range(50):
        _wait()
    clock.now += 10
    assert [_wait() for _ in range(5)] == [0] * 5


def test_everybody_and_every_limit_has_an_allowance_of_its_own(clock: Clock) -> None:
    assert [_wait() for _ in range(6)][-1] > 0
    assert _wait(FIVE, "bob") == 0
    assert _wait(FIVE, "alice", "other") == 0
    assert _wait(GUARDED, "alice") == 0


def test_an_idle_allowance_is_not_saved_up(clock: Clock) -> None:
    _wait()
    clock.now += 1_000_000
    assert [_wait() == 0 for _ in range(6)] == [True] * 5 + [False]


def test_they_can_be_switched_off(clock: Clock, settings: Settings) -> None:
    settings.RATE_LIMITS = False
    assert [_wait() for _ in range(50)] == [0] * 50


def test_the_least_recently_used_buckets_go_first(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 2)
    store = MemoryStore()
    once = Limit("once", times=1, seconds=10)
    assert [store.wait(key, once) for key in ("a", "b", "c")] == [0, 0, 0]
    assert [store.wait(key, once) > 0 for key in ("c", "b", "a")] == [True, True, False]


def test_threads_do_not_get_more(clock: Clock) -> None:
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: _wait(), range(64)))
    assert waits.count(0) == 5


def test_with_redis_processes_share_one_allowance(shared: Redis) -> None:
    limits._shared.cache_clear()
    assert [_wait(FIVE, "shared") for _ in range(3)] == [0] * 3
    limits._shared.cache_clear()  # as another process would connect
    assert [_wait(FIVE, "shared") for _ in range(2)] == [0] * 2
    assert _wait(FIVE, "shared") == pytest.approx(2, abs=0.3)


def test_in_redis_buckets_expire(shared: Redis) -> None:
    import redis as client

    _wait(FIVE, "expires")
    with client.Redis.from_url(shared.url) as connection:
        left = [connection.pttl(key) for key in connection.scan_iter("*expires")]
    assert len(left) == 1
    assert 0 < int(left[0]) <= 2100


def test_with_redis_away_this_process_counts_alone_but_guards_refuse(clock: Clock, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits._shared.cache_clear()
    assert [_wait() == 0 for _ in range(6)] == [True] * 5 + [False]
    with pytest.raises(Unavailable) as refusal:
        spend(GUARDED, "alice")
    assert isinstance(refusal.value, AppError)
    limits._shared.cache_clear()


def test_a_redis_that_did_not_answer_is_left_alone_for_a_moment(clock: Clock, settings: Settings) -> None:
    with redis() as server:
        settings.REDIS_URL = server.url
        limits._shared.cache_clear()
        once = Limit("once", times=1, seconds=100)
        assert _wait(once) == 0
        server.stop()
        assert _wait(once) == 0  # this process counts alone now
        assert _wait(once) > 0
        server.start()
        assert _wait(once, "bob") == 0
        assert _wait(once, "bob") > 0  # it has not asked yet
        clock.now += limits.PAUSE
        assert _wait(once, "bob") == 0  # but now
        assert _wait(once, "bob") > 0
        limits._shared.cache_clear()


def test_what_is_given_back_can_be_spent_again_also_in_redis(shared: Redis) -> None:
    for _ in range(12):
        assert _wait(FIVE, "refunded") == 0
        limits.refund(FIVE, "refunded")
    assert [_wait(FIVE, "refunded") for _ in range(5)] == [0] * 5
    assert _wait(FIVE, "refunded") > 0
