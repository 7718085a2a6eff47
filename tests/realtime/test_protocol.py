"""A connection's handshake with uvicorn, and how little of it is kept."""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import Any, cast

import pytest
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from bench.dialects import body
from realtime.frames import EMPTY_BLOCK, WINDOW_BITS, Frame
from realtime.protocol import SharedFramesProtocol
from realtime.waiting import Gate, Inbox

pytestmark = pytest.mark.asyncio
REQUEST = (
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{offer}\r\n"
)
OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


class Transport:
    """Keeps what is written to it."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.protocol: Any = None

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def get_protocol(self) -> Any:
        return self.protocol

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def set_write_buffer_limits(self, high: int) -> None:
        """Nothing waits here."""

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing to close."""


def inflated(frames: list[bytes]) -> list[str]:
    """Return the texts as a client reads them that goes on with one inflater."""
    memory = zlib.decompressobj(-WINDOW_BITS)
    return [memory.decompress(payload_of(frame) + EMPTY_BLOCK).decode() for frame in frames]


def payload_of(frame: bytes) -> bytes:
    assert frame[0] == 0xC1
    return frame[4:] if frame[1] == 126 else frame[2:]


async def shaken(offer: str) -> Transport:
    """Return the transport of a connection that has been accepted and told "hello"."""
    told = asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        scope["extensions"]["chatflow.frames"].write(Frame('"hello"'))
        told.set()
        await receive()

    config = Config(application, ws=SharedFramesProtocol, log_config=None, ws_ping_interval=None)
    config.load()
    state, transport = ServerState(), Transport()
    transport.protocol = HttpToolsProtocol(config, state, {}, asyncio.get_running_loop())
    transport.protocol.connection_made(cast(Any, transport))
    transport.protocol.data_received(REQUEST.format(offer=offer).encode())
    await asyncio.wait_for(told.wait(), 5)
    for task in state.tasks:
        task.cancel()
    return transport


async def test_a_client_remembers_what_it_inflated() -> None:
    transport = await shaken(OFFER)
    assert b"permessage-deflate" in transport.written[0]
    assert b"server_no_context_takeover" not in transport.written[0]
    assert (transport.protocol.deflates, transport.protocol.remembers) == (True, True)
    alike = [json.dumps({"text": body(7), "number": number}) for number in range(3)]
    for text in alike:
        transport.protocol.write(Frame(text))
    assert inflated(transport.written[2:]) == alike
    assert len(transport.written[3]) < len(transport.written[2]) / 4


async def test_a_client_that_does_not_want_to_remember_need_not() -> None:
    transport = await shaken(OFFER.replace("client_max", "server_no_context_takeover; client_max"))
    assert b"server_no_context_takeover" in transport.written[0]
    assert (transport.protocol.deflates, transport.protocol.remembers) == (True, False)
    for _ in range(2):
        transport.protocol.write(Frame(json.dumps({"text": body(7)})))
    assert transport.written[2] == transport.written[3]


async def test_who_offers_no_compression_gets_none() -> None:
    transport = await shaken("")
    assert b"101" in transport.written[0]
    assert b"permessage-deflate" not in transport.written[0]
    assert not transport.protocol.deflates
    assert transport.written[1] == Frame('"hello"').plain()


async def test_an_accepted_connection_keeps_neither_its_request_nor_a_compressor() -> None:
    protocol = (await shaken(OFFER)).protocol
    assert protocol.request is None
    assert protocol.response is None
    assert isinstance(protocol.queue, Inbox)
    assert isinstance(protocol.writable, Gate)
    (extension,) = protocol.conn.extensions
    assert not hasattr(extension, "encoder")


async def test_an_inbox_gives_what_was_put_in_its_order_and_waits_for_more() -> None:
    inbox: Inbox[int] = Inbox()
    reading = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait(1)
    inbox.put_nowait(2)
    assert [await reading, await inbox.get()] == [1, 2]
    assert inbox.empty()


async def test_a_reader_that_gives_up_loses_nothing() -> None:
    inbox: Inbox[int] = Inbox()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(inbox.get(), 0.01)
    inbox.put_nowait(1)
    assert await inbox.get() == 1


async def test_a_gate_lets_everybody_through_when_it_opens() -> None:
    gate = Gate()
    assert gate.is_set()
    await gate.wait()
    gate.clear()
    waiting = [asyncio.ensure_future(gate.wait()) for _ in range(3)]
    waiting[0].cancel()
    await asyncio.sleep(0)
    assert not gate.is_set()
    assert not waiting[1].done()
    gate.set()
    assert await waiting[1] and await waiting[2]
