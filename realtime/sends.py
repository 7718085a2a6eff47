"""The messages of this process's sockets that wait for the database: all that wait leave together.

Nobody waits for company: the first goes at once, and whoever comes while it is being kept goes with the next lot.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, NamedTuple

from accounts.services.remembered import remembered_sessions
from messaging.services.sending import Sent
from messaging.services.sending_together import Outcome, Wish, send_together
from realtime.sockets import Socket

MOST_TOGETHER = 100


class _Waiting(NamedTuple):
    socket: Socket
    room_id: int
    client_id: str
    text: str
    answer: asyncio.Future[Sent]


class Sends:
    """Takes sends from the commands, hands them to the hub's threads in lots, and gives each its own answer."""

    def __init__(self, db: Callable[..., Awaitable[Any]], spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._db, self._spawn = db, spawn
        self._waiting: deque[_Waiting] = deque()
        self._at_work = False

    async def send(self, socket: Socket, room_id: int, client_id: str, text: str) -> Sent:
        """Send a message as the socket's person; raises what `send_message` raises."""
        answer: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(socket, room_id, client_id, text, answer))
        if not self._at_work:
            self._at_work = True
            self._spawn(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                lot = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
                await self._answer(lot)
        finally:
            self._at_work = False

    async def _answer(self, lot: Sequence[_Waiting]) -> None:
        try:
            outcomes: Sequence[Outcome] = await self._db(_sent, lot)
        except Exception as error:  # noqa: BLE001 - every one of them is told
            outcomes = [error] * len(lot)
        for waiting, outcome in zip(lot, outcomes, strict=True):
            if waiting.answer.done():  # its socket has gone meanwhile; the message is sent all the same
                continue
            if isinstance(outcome, Exception):
                waiting.answer.set_exception(outcome)
            else:
                waiting.answer.set_result(outcome)


def as_of_now(socket: Socket) -> None:
    """See the person as they are now: renamed, given a role, signed out. Costs no query while nothing has changed."""
    socket.session, socket.user = remembered_sessions.of(socket.session.pk, socket.user.pk)


def _sent(lot: Sequence[_Waiting]) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    wishes: dict[int, Wish] = {}
    for place, waiting in enumerate(lot):
        try:
            as_of_now(waiting.socket)
            wishes[place] = Wish(waiting.socket.user, waiting.room_id, waiting.client_id, waiting.text)
        except Exception as error:  # noqa: BLE001 - this sender's answer
            outcomes[place] = error
    outcomes |= zip(wishes, send_together(list(wishes.values())), strict=True)
    return [outcomes[place] for place in range(len(lot))]
