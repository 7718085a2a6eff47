"""Lots of several kinds that share a turn: one at a time, and everybody who waits meanwhile goes with the next."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from realtime.lots import Lots

pytestmark = pytest.mark.asyncio
TASKS: set[asyncio.Future[None]] = set()  # kept while they run


async def on_a_thread(work: Any, lot: Sequence[int]) -> Any:
    return await asyncio.to_thread(work, lot)


def beside(work: Coroutine[Any, Any, None]) -> None:
    TASKS.add(asyncio.ensure_future(work))


async def test_kinds_that_share_a_turn_never_work_at_the_same_time_and_nobody_is_forgotten() -> None:
    at_work: list[int] = []
    lots: list[int] = []

    def doubled(lot: Sequence[int]) -> list[int | Exception]:
        at_work.append(1)
        assert len(at_work) == 1
        lots.append(len(lot))
        at_work.pop()
        return [2 * number for number in lot]

    turn = asyncio.Lock()
    first: Lots[int, int] = Lots(on_a_thread, beside, doubled, turn)
    second: Lots[int, int] = Lots(on_a_thread, beside, doubled, turn)

    async def both(number: int) -> int:
        return await second(await first(number))

    assert await asyncio.gather(*map(both, range(40))) == [4 * number for number in range(40)]
    assert sum(lots) == 80
    assert len(lots) <= 6


async def test_a_lot_that_fails_gives_its_turn_back() -> None:
    def fails(lot: Sequence[int]) -> list[int | Exception]:
        raise ValueError(lot[0])

    turn = asyncio.Lock()
    bad: Lots[int, int] = Lots(on_a_thread, beside, fails, turn)
    good: Lots[int, int] = Lots(on_a_thread, beside, lambda lot: list(lot), turn)
    with pytest.raises(ValueError, match="7"):
        await bad(7)
    assert await good(8) == 8
