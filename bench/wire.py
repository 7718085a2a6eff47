"""One socket of the crowd: a thin client on a raw connection."""

from __future__ import annotations

import asyncio
import base64
import os
import time
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from bench.dialects import Dialect, Found

if TYPE_CHECKING:
    from bench.crowd import Crowd

END_OF_BLOCK = b"\x00\x00\xff\xff"
SEAM = (
    6  # bytes of what came before that `on_data` sees again: a shorter word than it looks for may lie across two reads
)


class Wire(asyncio.Protocol):
    """Signs in, then gathers all that arrives in `got`. What it has sent is acknowledged to `on_ack(ref, seq)`."""

    def __init__(self, crowd: Crowd, dialect: Dialect, number: int, room: str, token: str, deflate: bool) -> None:
        self.crowd, self.dialect, self.number, self.room, self.token = crowd, dialect, number, room, token
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.got: list[Found] = []
        self.on_ack: Callable[[int, int], None] | None = None
        self.received = 0  # bytes
        self.on_data: Callable[[bytes], None] | None = None  # sees everything that arrives, for what is no message
        self._deflate = deflate
        self._find = dialect.found.findall
        self._tail = self._seam = b""
        self._take: Callable[[bytes], None] = self._upgrade

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        compressed = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" if self._deflate else ""
        path = self.dialect.path(self.token, self.room)
        self.transport.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{compressed}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._take(data)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"closed before it was ready: {self._tail[-300:]!r}"))
        self.crowd.lost(self)

    def say(self, frame: bytes) -> None:
        if not self.transport.is_closing():  # else what was to be sent is missing, and counted so
            self.transport.write(frame)

    # --- Signing in ---

    def _upgrade(self, data: bytes) -> None:
        head, end, rest = (self._tail + data).partition(b"\r\n\r\n")
        if not end:
            self._tail = head
            return
        if b" 101 " not in head.split(b"\r\n")[0]:
            self._tail = head
            self.transport.abort()
            return
        if self._deflate and b"permessage-deflate" not in head.lower():
            raise ConnectionError("the server does not compress")
        self._inflater = Inflater(keeps_context=b"server_no_context_takeover" not in head) if self._deflate else None
        self._tail, self._greeted = b"", not self.dialect.greet_on
        self._take = self._sign_in
        if rest:
            self._sign_in(rest)

    def _sign_in(self, data: bytes) -> None:
        self._tail += self._inflater.feed(data) if self._inflater else data
        if not self._greeted and self.dialect.greet_on in self._tail:
            self._greeted = True
            self.say(self.dialect.greeting(self.token))
        if self._greeted and self.dialect.ready in self._tail:
            self._take, self._tail = self._live, b""
            if not self.ready.done():
                self.ready.set_result(None)

    # --- Afterwards ---

    def _live(self, data: bytes) -> None:
        self.received += len(data)
        if self.dialect.ping in data:
            at = data.find(self.dialect.ping)
            self.say(self.dialect.pong(data[at : at + self.dialect.ping_length]))
        if self._inflater:
            data = self._inflater.feed(data)
        if self.on_data is not None:
            self.on_data(self._seam + data)
            self._seam = data[-SEAM:]
        data = self._tail + data
        found = self._find(data)
        if not found:
            self._tail = data
            return
        self._tail = data[max(data.rfind(end) + len(end) for end in self.dialect.ends) :]
        self.got += found
        self.crowd.arrived(found)
        if self.on_ack is not None:
            for ref, seq, _, _ in found:
                if ref:
                    self.on_ack(int(ref), int(seq))


class Inflater:
    """Reads a server's frames and inflates those that are compressed."""

    def __init__(self, keeps_context: bool) -> None:
        self._keeps, self._context, self._buffer = keeps_context, zlib.decompressobj(-15), b""

    def feed(self, data: bytes) -> bytes:
        """Return the payloads of all text frames that are complete by now."""
        self._buffer += data
        payloads = []
        while (frame := self._frame()) is not None:
            payloads.append(frame)
        return b"".join(payloads)

    def _frame(self) -> bytes | None:
        raw = self._buffer
        if len(raw) < 2:
            return None
        size, start = raw[1], 2
        if size == 126:
            size, start = int.from_bytes(raw[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(raw[2:10], "big"), 10
        if len(raw) < start + size or len(raw) < start:
            return None
        payload, self._buffer = raw[start : start + size], raw[start + size :]
        if raw[0] & 0x0F != 1:
            return b""
        return self._inflated(payload) if raw[0] & 0x40 else payload

    def _inflated(self, payload: bytes) -> bytes:
        if not self._keeps:
            self._context = zlib.decompressobj(-15)
        return self._context.decompress(payload + END_OF_BLOCK)


def now() -> float:
    return time.perf_counter()
