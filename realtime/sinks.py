"""The two ways a frame leaves: straight to uvicorn's transport, or by plain `websocket.send` on any other server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from realtime.frames import Frame
from realtime.protocol import EXTENSION

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Sink(Protocol):
    """Where a socket's frames go: `take` writes one if it leaves at once, and says whether; `drain` waits until it can."""

    def take(self, frame: Frame) -> bool: ...

    async def drain(self, frame: Frame) -> None: ...

    def hang_up(self, code: int, reason: str, last: Frame | None) -> None: ...


class SharedSink:
    """Writes shared frames to the transport of `SharedFramesProtocol`."""

    __slots__ = ("_protocol", "hang_up", "take")

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self.take, self.hang_up = protocol.take, protocol.hang_up

    async def drain(self, frame: Frame) -> None:
        """Write when the peer has read enough of what it got before."""
        await self._protocol.drained()
        self._protocol.write(frame)


class PlainSink:
    """Sends by the ASGI interface alone: every frame is awaited, none is taken at once."""

    __slots__ = ("_closing", "_send")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._closing: asyncio.Task[None] | None = None

    def take(self, frame: Frame) -> bool:
        return False

    async def drain(self, frame: Frame) -> None:
        await self._send({"type": "websocket.send", "text": frame.text})

    def hang_up(self, code: int, reason: str, last: Frame | None) -> None:
        self._closing = self._closing or asyncio.ensure_future(self._close(code, reason, last))

    async def _close(self, code: int, reason: str, last: Frame | None) -> None:
        try:
            async with asyncio.timeout(2):
                if last is not None:
                    await self.drain(last)
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError, TimeoutError):
            return  # it is gone already


def sink_for(scope: Mapping[str, Any], send: Send) -> Sink:
    shared = (scope.get("extensions") or {}).get(EXTENSION)
    return PlainSink(send) if shared is None else SharedSink(shared)
