"""Between processes: envelopes over the channel layer (Redis pub/sub), at most once. Its failures cost time, not truth."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from channels.layers import BaseChannelLayer
from django.conf import settings
from redis.exceptions import RedisError

from core import metrics
from core.events import Envelope
from realtime.tasks import end
from realtime.topics import Topic

log = logging.getLogger(__name__)
EVERYBODY = "all"  # the group every process is in, for envelopes to many rooms
MOST_QUEUED = 10_000
MOST_TOGETHER = 128  # envelopes in one message
# Groups to which one lot goes one by one. Beyond, it goes to every process as one message: a message costs the sender and
# each reader 100 to 200 us whatever is in it, an envelope that nobody there listens to 2 us.
MOST_GROUPS = 3
TROUBLE = (RedisError, OSError, asyncio.TimeoutError)
FAILURES, PAUSE = 3, 5.0  # after so many in a row, leave Redis alone for so many seconds

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[Envelope]).decode


class Relay:
    """Passes envelopes of this process on and hands those of the others to `receive`."""

    def __init__(self, layer: BaseChannelLayer, source: str, receive: Callable[[list[Envelope]], None]) -> None:
        self.layer, self.source, self.receive = layer, source, receive
        self.channel = ""
        self._queue: asyncio.Queue[Envelope] = asyncio.Queue(MOST_QUEUED)
        # The group of everybody is on one of several Redis servers: there every topic stays on its own, and in its order.
        self._most_groups = MOST_GROUPS if len(settings.REDIS_URLS) < 2 else MOST_TOGETHER
        self._failures, self._rest_until = 0, 0.0
        self._tasks = [asyncio.ensure_future(self._receiving()), asyncio.ensure_future(self._sending())]

    async def stop(self) -> None:
        """Stop when what waits has left, or after a second."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), 1)
        await end(self._tasks)
        closing = asyncio.ensure_future(self.layer.flush())
        await asyncio.wait([closing], timeout=2)
        await end([closing])

    @property
    def resting(self) -> bool:
        """Redis has failed several times in a row and is left alone for a moment."""
        return time.monotonic() < self._rest_until

    def pass_on(self, envelope: Envelope) -> None:
        if self.resting or self._queue.full():
            metrics.envelopes_dropped.inc()  # the others read it from the database
        else:
            self._queue.put_nowait(envelope)

    async def subscribe(self, topics: Sequence[Topic]) -> None:
        """Join the topics' groups; a topic that could not be joined stays marked so."""
        for topic in topics:
            if not self.channel or self.resting:
                return
            if await self._tried(self.layer.group_add(topic.name, self.channel)):
                topic.subscribed = True

    async def unsubscribe(self, topic: Topic) -> None:
        topic.subscribed = False
        await self._tried(self.layer.group_discard(topic.name, self.channel))

    async def _sending(self) -> None:
        while True:
            lot = [await self._queue.get()]
            while len(lot) < MOST_TOGETHER and not self._queue.empty():
                lot.append(self._queue.get_nowait())
            for group, envelopes in in_runs(lot, self._most_groups):
                await self._send(group, envelopes)
            for _ in lot:
                self._queue.task_done()

    async def _send(self, group: str, envelopes: list[Envelope]) -> None:
        message = {"type": "hub.envelopes", "from": self.source, "envelopes": _pack(envelopes)}
        if self.resting or not await self._tried(self.layer.group_send(group, message)):
            metrics.envelopes_dropped.inc(len(envelopes))

    async def _receiving(self) -> None:
        while True:
            try:
                await self._enter()
                while True:
                    self._received(await self.layer.receive(self.channel))
            except TROUBLE as error:
                log.warning("Redis is away (%s): other processes' events wait for the sweep", type(error).__name__)
                await asyncio.sleep(1)

    async def _enter(self) -> None:
        """Open this process's channel and join everybody's group, once; the layer itself subscribes again by itself."""
        if not self.channel:
            channel = await self.layer.new_channel()
            await self.layer.group_add(EVERYBODY, channel)
            self.channel = channel

    def _received(self, message: dict[str, Any]) -> None:
        if message.get("from") == self.source:
            return
        try:
            envelopes = _unpack(message["envelopes"])
        except (msgspec.MsgspecError, KeyError):
            log.warning("envelopes from another version were not understood; the sweep reads the changes")
            return
        try:
            self.receive(envelopes)
        except Exception:
            log.exception("envelopes could not be delivered; the sweep reads the changes")

    async def _tried(self, call: Any) -> bool:
        try:
            await call
        except TROUBLE as error:
            self._failures += 1
            if self._failures >= FAILURES:
                self._rest_until = time.monotonic() + PAUSE
                log.warning("Redis is away (%s): leaving it alone for %.0f s", type(error).__name__, PAUSE)
            return False
        self._failures = 0
        return True


def in_runs(lot: Sequence[Envelope], most_groups: int = MOST_GROUPS) -> list[tuple[str, list[Envelope]]]:
    """Return (group, envelopes) for what waits: a topic's events together, or everything to everybody.

    What changes who listens, or goes to many rooms, keeps its place among all others.
    """
    runs: list[tuple[str, list[Envelope]]] = []
    together: dict[str, list[Envelope]] = {}
    for envelope in lot:
        if envelope.changes_audience:
            runs += [*together.items(), (EVERYBODY if envelope.rooms else envelope.topic, [envelope])]
            together = {}
        else:
            together.setdefault(envelope.topic, []).append(envelope)
    runs += together.items()
    return runs if len(runs) <= most_groups else [(EVERYBODY, list(lot))]
