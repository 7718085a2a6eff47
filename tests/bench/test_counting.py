"""The bench counts and compares every message: what it cannot see would be speed bought with truth."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.crowd import Crowd
from bench.dialects import CHANNELS, CHATFLOW, SOCKET_IO, Dialect, body
from bench.plan import one_room
from bench.servers import Server
from bench.wire import Wire
from realtime.frames import TEXT, Frame, framed, joined


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def chatflow_event(seq: int, number: int) -> str:
    message = {"id": "9", "seq": seq, "rev": seq, "text": body(number), "reply_to": None}
    return compact({"type": "message.created", "rev": seq, "message": message, "author": {"id": "1"}, "quoted": None})


def chatflow_ack(ref: int, seq: int) -> str:
    return compact({"type": "ack", "ref": ref, "data": {"message": {"id": "9", "seq": seq, "text": body(ref)}}})


CHATFLOW_SAYS = [chatflow_event(5, 1), chatflow_ack(1, 5), chatflow_event(6, 2)]
SAID = {
    "chatflow": (CHATFLOW, CHATFLOW_SAYS),
    "an array": (CHATFLOW, [joined(list(map(Frame, CHATFLOW_SAYS))).text]),
    "socket.io": (
        SOCKET_IO,
        ["42" + compact(["message.created", {"seq": seq, "text": body(number)}]) for seq, number in ((5, 1),)]
        + ['431[{"seq":5}]', "42" + compact(["message.created", {"seq": 6, "text": body(2)}])],
    ),
    "channels": (
        CHANNELS,
        [json.dumps({"seq": 5, "text": body(1)}), '{"ref": 1, "seq": 5}', json.dumps({"seq": 6, "text": body(2)})],
    ),
}


def crowd() -> Crowd:
    server = Server(CHATFLOW, [0], ["", ""], ["1"], [], Path())
    return Crowd(server, one_room(2))


async def heard(dialect: Dialect, texts: list[str], cuts: list[int]) -> tuple[Wire, list[tuple[int, int]]]:
    wire, answers = Wire(crowd(), dialect, 0, "1", "", deflate=False), []
    wire.transport = Mock()
    wire.data_received(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
    wire.data_received(framed(TEXT, dialect.greet_on) + framed(TEXT, dialect.ready))
    await wire.ready
    wire.on_ack = lambda ref, seq: answers.append((ref, seq))
    raw = b"".join(framed(TEXT, text.encode()) for text in texts)
    for start, end in pairwise(sorted({0, len(raw), *(cut % len(raw) for cut in cuts)})):
        wire.data_received(raw[start:end])
    return wire, answers


@pytest.mark.parametrize("kind", list(SAID))
@given(cuts=st.lists(st.integers(0, 5000), max_size=6))
def test_every_message_is_read_once_wherever_the_bytes_are_cut(kind: str, cuts: list[int]) -> None:
    dialect, texts = SAID[kind]
    wire, answers = asyncio.run(heard(dialect, texts, cuts))
    assert [(int(seq), int(number)) for ref, _, seq, number in wire.got if not ref] == [(5, 1), (6, 2)]
    assert answers == [(1, 5)]


def found(*events: tuple[int, int]) -> list[tuple[bytes, bytes, bytes, bytes]]:
    return [(b"", b"", b"%d" % seq, b"%07d" % number) for seq, number in events]


def test_what_is_missing_doubled_or_out_of_order_is_counted() -> None:
    site = crowd()
    site.sent = {0: [1, 2, 3]}
    good, bad = Mock(number=0, got=found((5, 1), (6, 2), (7, 3))), Mock(number=1, got=found((6, 2), (5, 1), (6, 2)))
    site.wires = [good, bad]
    assert site.verdict() == (6, 1, 1, 1)


def test_a_body_has_two_hundred_characters_and_its_number() -> None:
    assert {len(body(number)) for number in (1, 4711, 9_999_999)} == {200}
    assert body(42).startswith("<<0000042>>")
    assert body(42).count(">>") == 1
