import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.apps import apps
from django.db import connection

from core.ids import COUNTER_BITS, EPOCH_MS, NODE_BITS, IdMaker, SnowflakeAutoField

NOW = 1_800_000_000


def _ms(made: int) -> int:
    return (made >> (NODE_BITS + COUNTER_BITS)) + EPOCH_MS


def test_ids_rise_and_hold_the_time_and_the_node() -> None:
    make = IdMaker(node=5)
    before = time.time_ns() // 1_000_000
    ids = [make() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert before <= _ms(ids[0]) <= _ms(ids[-1])
    assert {made >> COUNTER_BITS & (1 << NODE_BITS) - 1 for made in ids} == {5}


def test_an_id_fits_a_signed_sixty_four_bit_column_for_decades() -> None:
    with time_machine.travel("2090-01-01T00:00:00Z"):
        assert 0 < IdMaker()() < 2**63


def test_more_than_a_millisecond_holds_borrow_from_the_next_one() -> None:
    make = IdMaker(node=0)
    with time_machine.travel(NOW, tick=False):
        ids = [make() for _ in range(3 << COUNTER_BITS)]
    assert ids == sorted(set(ids))


def test_a_clock_set_back_repeats_nothing() -> None:
    make = IdMaker(node=0)
    with time_machine.travel(NOW, tick=False):
        first = [make() for _ in range(10)]
    with time_machine.travel(NOW - 3600, tick=False):
        second = [make() for _ in range(10)]
    assert first + second == sorted({*first, *second})


def test_threads_never_get_the_same_one() -> None:
    make = IdMaker()
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [make() for _ in range(2_000)], range(8)))
    assert len({made for batch in batches for made in batch}) == 16_000


def test_a_fork_takes_a_node_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    make = IdMaker(node=3)
    make()
    pid = os.getpid()
    monkeypatch.setattr("core.ids.os.getpid", lambda: pid + 1)
    monkeypatch.setattr("core.ids.secrets.randbits", lambda bits: 77)
    assert make() >> COUNTER_BITS & (1 << NODE_BITS) - 1 == 77


def test_every_table_of_ours_has_such_a_key() -> None:
    ours = [model for app in ("accounts", "rooms", "messaging") for model in apps.get_app_config(app).get_models()]
    assert {type(model._meta.pk) for model in ours} == {SnowflakeAutoField}


def test_the_database_stores_it_as_a_plain_integer_and_makes_none_itself() -> None:
    field = SnowflakeAutoField(primary_key=True)
    assert field.db_type(connection) == {"sqlite": "integer", "mongodb": "long"}.get(connection.vendor, "bigint")
    assert field.get_internal_type() == "BigIntegerField"
    assert field.deconstruct()[3] == {"primary_key": True}
