"""The two ways a frame leaves: straight to uvicorn's transport, or by plain `websocket.send` on any other server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from realtime.frames import Frame
from realtime.protocol import EXTENSION

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Sink(Protocol):
    """Where a socket's frames go. Only `write` when `is_ready`; else await `drain` first."""

    def is_ready(self) -> bool: ...

    def write(self, frame: Frame) -> None: ...

    async def drain(self, frame: Frame) -> None: ...

    def hang_up(self, code: int, reason: str, last: Frame | None) -> None: ...


class SharedSink:
    """Writes shared frames to the transport of `SharedFramesProtocol`."""

    __slots__ = ("_protocol", "hang_up", "is_ready", "write")

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self.is_ready, self.write, self.hang_up = protocol.is_ready, protocol.write, protocol.hang_up

    async def drain(self, frame: Frame) -> None:
        """Write when the peer has read enough of what it got before."""
        await self._protocol.drained()
        self.write(frame)


class PlainSink:
    """Sends by the ASGI interface alone: every frame is awaited, so it is never ready for a direct write."""

    __slots__ = ("_closing", "_send")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._closing: asyncio.Task[None] | None = None

    def is_ready(self) -> bool:
        return False

    def write(self, frame: Frame) -> None:
        raise RuntimeError("a plain sink is never ready")

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
