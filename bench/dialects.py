"""How each server is talked to, on the level of bytes: fast enough that the load generator is not what is measured.

Every text begins with `<<number>>` and holds no other `>>`, so one regular expression over what has arrived finds all
messages and acknowledgements in it, whatever frames they came in.
"""

from __future__ import annotations

import json
import random
import re
import struct
from collections.abc import Callable
from typing import NamedTuple

TEXT = 200  # characters
Found = tuple[bytes, bytes, bytes, bytes]  # ref and seq of an acknowledgement, or seq and number of a message


WORDS = """
the be to of and a in that have it for not on with he as you do at this but his by from they we say her she or an will my
one all would there their what so up out if about who get which go me when make can like time no just him know take people
into year your good some could them see other than then now look only come its over think also back after use two how our
work first well way even new want because any these give day most us server deploy ticket review merge meeting tomorrow
lunch coffee please thanks sorry maybe really already release customer invoice database branch broken fixed weekend train
"""


def body(number: int) -> str:
    """Return the text of a message: its number, and words as people use them, 200 characters in all."""
    chance = random.Random(number)
    common = WORDS.split()
    words = [common[int(len(common) * chance.random() ** 1.6)] for _ in range(60)]
    return f"<<{number:07d}>> {' '.join(words)}"[:TEXT]


def masked(payload: bytes, opcode: int = 1) -> bytes:
    """Return a client's frame. A mask of zeros is a mask, and costs nothing."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB4x", 0x80 | opcode, 0x80 | size) + payload
    return struct.pack("!BBH4x", 0x80 | opcode, 0x80 | 126, size) + payload


class Dialect(NamedTuple):
    """`path` and `greeting` sign in, `ready` ends the sign-in, `found` reads what follows, `ends` close what was read."""

    path: Callable[[str, str], str]  # token, room
    greet_on: bytes  # what the server says first; empty: nothing is said before `ready`
    greeting: Callable[[str], bytes]
    ready: bytes
    send: Callable[[int, str, str, str], bytes]  # ref, room, client_id, text
    found: re.Pattern[bytes]
    ends: tuple[bytes, ...]
    ping: bytes
    ping_length: int
    pong: Callable[[bytes], bytes]


def _text(value: object) -> bytes:
    return masked(json.dumps(value, separators=(",", ":")).encode())


def _pong(ping: bytes) -> bytes:
    return masked(ping[2:], opcode=10)


CHATFLOW = Dialect(
    path=lambda token, room: "/ws",
    greet_on=b'"type":"hello"',
    greeting=lambda token: _text({"type": "auth", "ref": 0, "token": token}),
    ready=b'"type":"ready"',
    send=lambda ref, room, client_id, text: _text(
        {"type": "message.send", "ref": ref, "room_id": room, "client_id": client_id, "text": text}
    ),
    found=re.compile(rb'"ref":(\d+),"data":\{"message":[^<]*?"seq":(\d+)[^<]*<<\d{7}>>|"seq":(\d+)[^<]*?<<(\d{7})>>'),
    ends=(b">>",),
    ping=b"\x89\x04",
    ping_length=6,
    pong=_pong,
)

SOCKET_IO = Dialect(
    path=lambda token, room: "/socket.io/?EIO=4&transport=websocket",
    greet_on=b'"pingInterval"',
    greeting=lambda token: masked(b"40" + json.dumps({"token": token}).encode()),
    ready=b'42["ready"]',
    send=lambda ref, room, client_id, text: masked(
        f"42{ref}".encode()
        + json.dumps(
            ["message.send", {"room_id": int(room), "client_id": client_id, "text": text}], separators=(",", ":")
        ).encode()
    ),
    found=re.compile(rb'43(\d+)\[\{"seq":(\d+)\}\]|"seq":(\d+)[^<]*?<<(\d{7})>>'),
    ends=(b">>", b"}]"),
    ping=b"\x81\x012",
    ping_length=3,
    pong=lambda ping: masked(b"3"),
)

CHANNELS = Dialect(
    path=lambda token, room: f"/ws/chat/{room}/?token={token}",
    greet_on=b"",
    greeting=lambda token: b"",
    ready=b'"type": "ready"',
    send=lambda ref, room, client_id, text: _text({"ref": ref, "client_id": client_id, "text": text}),
    found=re.compile(rb'"ref": (\d+), "seq": (\d+)\}|"seq": (\d+)[^<]*?<<(\d{7})>>'),
    ends=(b">>", b"}"),
    ping=b"\x89\x0c",
    ping_length=14,
    pong=_pong,
)
