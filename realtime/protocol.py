"""uvicorn's WebSocket protocol, with shared frames offered as an ASGI extension.

The consumer uses `scope["extensions"]["chatflow.frames"]` when it is there and plain `websocket.send` when it is not, so
any ASGI server works, only slower. One contract test runs over both (tests/realtime/test_sinks.py).
"""

from __future__ import annotations

import logging
import random
import socket
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.http11 import Request
from websockets.protocol import State
from websockets.typing import ExtensionParameter

from realtime.close import RESTART
from realtime.frames import UNKNOWN, WINDOW_BITS, Frame, Window
from realtime.waiting import Gate, Inbox

EXTENSION = "chatflow.frames"
KERNEL_BUFFER = 256 * 1024  # bytes
HIGH_WATER = 128 * 1024  # bytes waiting for a slow reader before its events go to its own outbox
HANG_UP_AFTER = 2.0  # seconds for the close frame to leave
# At a restart sockets close one after the other, so that not everybody comes back at once.
SPREAD, SPREAD_EACH = 3.0, 0.01  # seconds: at most for all, and for each
FORGETS: ExtensionParameter = ("server_no_context_takeover", None)


class Deflating(ServerPerMessageDeflateFactory):
    """Lets the client remember what it inflated, unless it does not want to, while the library itself remembers nothing.

    The library's compressor would take 32 kB for each socket; what we know of a client's memory is `window`.
    """

    def process_request_params(
        self, params: Sequence[ExtensionParameter], accepted_extensions: Sequence[Extension]
    ) -> tuple[list[ExtensionParameter], PerMessageDeflate]:
        answer, extension = super().process_request_params(params, accepted_extensions)
        if FORGETS not in params:
            answer.remove(FORGETS)
        return answer, extension


# One for all connections: it keeps nothing of any.
EXTENSIONS = [
    Deflating(
        server_no_context_takeover=True,
        client_no_context_takeover=True,
        server_max_window_bits=WINDOW_BITS,
        client_max_window_bits=WINDOW_BITS,
        compress_settings={"memLevel": 5},
    )
]

# uvicorn logs a traceback for text that is not UTF-8; it is the client's fault and answered with 1007.
logging.getLogger("uvicorn.error").addFilter(lambda record: "Invalid UTF-8" not in record.getMessage())


class SharedFramesProtocol(WebSocketsSansIOProtocol):
    """Offers `take`, `write`, `drained` and `hang_up` to the consumer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deflates = self.remembers = False
        self.window: Window = UNKNOWN
        # The same to the methods that use them, 3 kB smaller.
        self.queue, self.writable = Inbox(), Gate()  # type: ignore[assignment]
        if self.config.ws_per_message_deflate:  # in the parser that is there, instead of making another
            self.conn.available_extensions = EXTENSIONS

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        before = transport.get_protocol()
        if isinstance(before, HttpToolsProtocol):
            # It has read the request; it and its parser hold each other until garbage is looked for.
            before.parser = None  # type: ignore[assignment]
        transport.set_write_buffer_limits(high=HIGH_WATER)
        raw = transport.get_extra_info("socket")
        if raw is not None:  # megabytes in the kernel would hide a reader that has stopped
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        self.deflates = any(
            isinstance(found, PerMessageDeflate)
            and found.local_no_context_takeover
            and found.local_max_window_bits == WINDOW_BITS
            for found in self.conn.extensions
        )
        self.remembers = self.deflates and FORGETS[0] not in self.response.headers["Sec-WebSocket-Extensions"]
        # A client that negotiated another way of compressing is written to by websocket.send.
        if (self.deflates or not self.conn.extensions) and hasattr(self, "scope"):
            self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]

    def start_keepalive(self) -> None:
        """The socket has been accepted: forget what it asked with."""
        super().start_keepalive()
        self.request, self.response = None, None  # type: ignore[assignment]

    def is_open(self) -> bool:
        return self.conn.state is State.OPEN and not self.close_sent and not self.transport.is_closing()

    def take(self, frame: Frame) -> bool:
        """Write a shared frame if it leaves at once; return whether."""
        if self.writable.is_set() and self.is_open():
            self.transport.write(self._formed(frame) if self.deflates else frame.plain())
            return True
        return False

    def write(self, frame: Frame) -> None:
        """Write a shared frame straight to the transport. What is written to a closed socket is lost with it."""
        if self.is_open():
            self.transport.write(self._formed(frame) if self.deflates else frame.plain())

    def _formed(self, frame: Frame) -> bytes:
        if not self.remembers:
            return frame.compressed()[0]
        data, self.window = frame.compressed(self.window)
        return data

    def shutdown(self) -> None:
        """The server stops: end this socket within the spread. What was read is answered first, nothing more is read."""
        if not self.handshake_complete or self.close_sent:
            super().shutdown()
            return
        spread = min(SPREAD, SPREAD_EACH * len(self.connections))
        self.loop.call_later(random.uniform(0, spread), self.restart)  # noqa: S311 - a spread, not a secret

    def restart(self) -> None:
        """Let the consumer finish what it was given; it then finds the end and says goodbye with `hang_up`."""
        if self.is_open():
            self.stop_keepalive()
            self.read_paused = True
            self.transport.pause_reading()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": RESTART})

    async def drained(self) -> None:
        await self.writable.wait()

    def hang_up(self, code: int, reason: str, last: Frame | None) -> None:
        """Close even if the peer does not read: what is queued is given up after two seconds."""
        if last is not None:
            self.write(last)
        if self.is_open():
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
            if self.read_paused:
                self.read_paused = False
                self.transport.resume_reading()
            self.close_timer = self.loop.call_later(HANG_UP_AFTER, self.transport.abort)
