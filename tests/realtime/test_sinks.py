"""The outbox and the two ways out: shared frames and plain sends show the client the same."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode
from websockets.streams import StreamReader

from realtime.frames import WINDOW_BITS, Frame, joined
from realtime.sinks import PlainSink
from realtime.sockets import MOST_WAITING, Socket


def parsed(raw: bytes, *, deflate: bool) -> WireFrame:
    """Read a frame as a client's library does."""
    reader = StreamReader()
    reader.feed_data(raw)
    extensions = [PerMessageDeflate(True, True, WINDOW_BITS, WINDOW_BITS)] if deflate else None
    steps = WireFrame.parse(reader.read_exact, mask=False, max_size=None, extensions=extensions)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        frame: WireFrame = end.value
        return frame


@given(st.text(max_size=400).map(lambda text: text * 3))
def test_both_forms_of_a_frame_carry_the_text(text: str) -> None:
    frame = Frame(text)
    for raw, deflate in ((frame.plain(), False), (frame.compressed()[0], True)):
        read = parsed(raw, deflate=deflate)
        assert (read.opcode, read.fin, bytes(read.data).decode()) == (Opcode.TEXT, True, text)


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536, 100_000])
def test_every_length_has_the_right_header(size: int) -> None:
    assert bytes(parsed(Frame("x" * size).plain(), deflate=False).data) == b"x" * size


def test_several_events_leave_as_one_array() -> None:
    assert json.loads(joined([Frame('{"a":1}'), Frame('{"b":2}')]).text) == [{"a": 1}, {"b": 2}]
    assert joined([Frame('{"a":1}')]).text == '{"a":1}'
    two = joined([Frame('{"a":1}'), Frame('{"b":2}')])
    assert json.loads(joined([two, Frame('{"c":3}'), two]).text) == [{"a": 1}, {"b": 2}, {"c": 3}, {"a": 1}, {"b": 2}]


class Peer:
    """A peer that reads only when told to."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.reads = asyncio.Event()

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await self.reads.wait()
            found = json.loads(message["text"])
            self.got += found if isinstance(found, list) else [found]
        else:
            self.got.append(message["code"])


def socket_of(peer: Peer) -> Socket:
    socket = Socket(PlainSink(peer.send), SimpleNamespace(pk=1), SimpleNamespace(pk=1))  # type: ignore[arg-type]
    socket.release(Frame('"ready"'))
    return socket


@pytest.mark.asyncio
async def test_what_gathers_while_the_peer_is_slow_arrives_in_order() -> None:
    peer = Peer()
    socket = socket_of(peer)
    for number in range(100):
        socket.deliver(Frame(str(number)))
    peer.reads.set()
    await asyncio.sleep(0.05)
    assert peer.got == ["ready", *range(100)]


@pytest.mark.asyncio
async def test_typing_is_dropped_before_anything_else() -> None:
    peer = Peer()
    socket = socket_of(peer)
    await asyncio.sleep(0)
    for number in range(MOST_WAITING):
        socket.deliver(Frame(str(number)), droppable=number % 2 == 1)
    for number in range(100):
        socket.deliver(Frame(f'"more {number}"'))
    peer.reads.set()
    await asyncio.sleep(0.05)
    assert peer.got == ["ready", *range(0, MOST_WAITING, 2), *[f"more {number}" for number in range(100)]]


@pytest.mark.asyncio
async def test_a_peer_too_far_behind_is_closed() -> None:
    peer = Peer()
    socket = socket_of(peer)
    await asyncio.sleep(0)
    for number in range(MOST_WAITING + 1):
        socket.deliver(Frame(str(number)))
    await asyncio.sleep(0.05)
    assert peer.got == [4408]


@pytest.mark.asyncio
async def test_a_peer_that_takes_nothing_for_too_long_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.sockets.MOST_WAIT", 0.05)
    peer = Peer()
    socket_of(peer)
    await asyncio.sleep(0.3)
    assert peer.got == [4408]


@pytest.mark.asyncio
async def test_what_waits_leaves_before_an_orderly_close() -> None:
    peer = Peer()
    socket = socket_of(peer)
    await asyncio.sleep(0)
    socket.deliver(Frame('"last words"'))
    peer.reads.set()
    socket.close(4401)
    socket.deliver(Frame('"too late"'))
    await asyncio.sleep(0.05)
    assert peer.got == ["ready", "last words", 4401]
