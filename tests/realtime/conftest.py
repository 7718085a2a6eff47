"""Sockets in this process, over a hub that lives as long as the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from accounts.models import User
from realtime.running import Running, running, stop
from rooms.services.access import remembered
from tests.realtime.chat import Chat

Connect = Callable[[User], Awaitable[Chat]]


@pytest_asyncio.fixture
async def hub(transactional_db: None) -> AsyncIterator[Running]:
    remembered.clear()
    yield running()
    await stop()


@pytest_asyncio.fixture
async def connect(hub: Running) -> AsyncIterator[Connect]:
    """Return a function that opens a socket for a person and gives it when it is `ready`."""
    opened: list[Chat] = []

    async def open_one(user: User) -> Chat:
        opened.append(await Chat(user).open())
        return opened[-1]

    yield open_one
    for chat in opened:
        await chat.close()
