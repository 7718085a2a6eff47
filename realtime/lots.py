"""Work that waits for the database is done in lots: what waits at the same time shares a thread and its queries.

Nobody waits for company: the first goes at once, and whoever comes while it is at work goes with the next lot.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

Wanted = TypeVar("Wanted")
Given = TypeVar("Given")
MOST_TOGETHER = 100


class Lots(Generic[Wanted, Given]):
    """`work` gets a lot on a thread and returns, for each in it, what it is given or the exception to raise."""

    def __init__(
        self,
        db: Callable[..., Awaitable[Any]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        work: Callable[[Sequence[Wanted]], Sequence[Given | Exception]],
        turn: asyncio.Lock | None = None,
    ) -> None:
        """`turn`: shared by several kinds of lots that are to be done one at a time."""
        self._db, self._spawn, self._work = db, spawn, work
        self._turn = turn or asyncio.Lock()
        self._waiting: deque[tuple[Wanted, asyncio.Future[Given]]] = deque()
        self._at_work = False

    async def __call__(self, wanted: Wanted) -> Given:
        answer: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, answer))
        if not self._at_work:
            self._at_work = True
            self._spawn(self._empty())
        return await answer

    async def _empty(self) -> None:
        try:
            while self._waiting:
                async with self._turn:
                    await self._do([self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))])
        finally:
            self._at_work = False

    async def _do(self, lot: Sequence[tuple[Wanted, asyncio.Future[Given]]]) -> None:
        given: Sequence[Given | Exception]
        try:
            given = await self._db(self._work, [wanted for wanted, _ in lot])
        except Exception as error:  # noqa: BLE001 - every one of them is told
            given = [error] * len(lot)
        for (_, answer), found in zip(lot, given, strict=True):
            if answer.done():  # who asked has gone meanwhile; the work is done all the same
                continue
            if isinstance(found, Exception):
                answer.set_exception(found)
            else:
                answer.set_result(found)
