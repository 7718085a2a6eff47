"""What one connection waits with, in as little memory as it takes.

`asyncio.Queue` and `asyncio.Event` hold four deques, 3 kB, of which an idle socket uses nothing.
"""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """As `asyncio.Queue` for one reader and no bound."""

    __slots__ = ("_items", "_reader")

    def __init__(self) -> None:
        self._items: list[T] = []
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return not self._items

    def put_nowait(self, item: T) -> None:
        self._items.append(item)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> T:
        while not self._items:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._items.pop(0)


class Gate:
    """As `asyncio.Event`; open at first."""

    __slots__ = ("_closed_for",)

    def __init__(self) -> None:
        self._closed_for: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        return self._closed_for is None

    def clear(self) -> None:
        if self._closed_for is None:
            self._closed_for = []

    def set(self) -> None:
        waiting, self._closed_for = self._closed_for or [], None
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def wait(self) -> bool:
        if self._closed_for is not None:
            opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._closed_for.append(opened)
            await opened
        return True
