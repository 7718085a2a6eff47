"""Hostile bytes against the real server: documented close codes, no traceback, and nobody else is slowed."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import uuid
from collections.abc import Iterator

import httpx
import pytest
import websockets
from websockets.frames import Frame, Opcode
from websockets.typing import Origin

from tests.faults.people import Person, until
from tests.services import Server, servers

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with servers(1) as (running,):
        yield running
        assert "Traceback" not in running.log.read_text()


async def person(server: Server) -> Person:
    return await Person(server, f"p{uuid.uuid4().hex[:8]}").register()


async def test_a_frame_of_ten_megabytes_closes_with_1009(server: Server) -> None:
    alice = await person(server)
    await alice.connect()
    assert alice._socket is not None
    with pytest.raises(websockets.ConnectionClosed):
        await alice._socket.send("x" * 10_000_000)
        await alice._socket.wait_closed()
        await alice._socket.send("more")
    await until(lambda: alice.close_code == 1009)


async def test_bytes_that_are_not_utf8_close_with_1007(server: Server) -> None:
    alice = await person(server)
    await alice.connect()
    assert alice._socket is not None
    broken = Frame(Opcode.TEXT, b'{"type":"ping","ref":1,"x":"\xff\xfe"}').serialize(mask=True)
    alice._socket.transport.write(broken)
    await until(lambda: alice.close_code == 1007)


async def test_a_deflate_bomb_closes_with_1009(server: Server) -> None:
    alice = await person(server)
    await alice.connect()
    assert alice._socket is not None
    await alice._socket.send('{"type":"ping","ref":1,"x":"' + "0" * 5_000_000 + '"}')  # 5 kB on the wire
    await until(lambda: alice.close_code == 1009)


async def test_a_longer_message_than_allowed_is_refused_and_the_socket_lives(server: Server) -> None:
    alice = await person(server)
    await alice.connect()
    room = (await alice.rest("POST", "/rooms", {"kind": "private", "name": "Mine"})).json()["room"]["id"]
    assert (await alice.say(room, "x" * 8001))["error"]["fields"].keys() == {"text"}
    assert (await alice.say(room, "𝕏" * 8000))["type"] == "ack"
    await alice.close()


async def test_sockets_elsewhere_and_from_elsewhere_are_refused(server: Server) -> None:
    for path, origin in [("/elsewhere", None), ("/ws", "http://evil.example")]:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(f"ws://127.0.0.1:{server.port}{path}", origin=Origin(origin) if origin else None)
        assert refused.value.response.status_code == 403


BODIES = [
    (b"{", 400, "protocol.json"),
    (b"[1]", 400, "invalid"),
    (b"\xff\xfe", 400, "protocol.json"),
    (b'{"kind":"public","name":"' + b"x" * 200_000 + b'"}', 413, "too_large"),
    (b'{"kind":"public","name":["x"]}', 400, "invalid"),
    (b'{"kind":"public","name":"x","owner":"me"}', 400, "invalid"),
    (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "protocol.json"),
    (b'{"kind":"public","name":"\\u0000"}', 400, "invalid"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES)
async def test_a_malformed_body_gets_a_clear_error(server: Server, body: bytes, status: int, code: str) -> None:
    alice = await person(server)
    headers = {"Authorization": f"Bearer {alice.access}", "Content-Type": "application/json"}
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{server.url}/api/v1/rooms", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "Traceback" not in answer.text


async def test_a_body_of_ten_megabytes_is_refused(server: Server) -> None:
    alice = await person(server)
    headers = {"Authorization": f"Bearer {alice.access}", "Content-Type": "application/json"}
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{server.url}/api/v1/rooms", content=os.urandom(10_000_000), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


async def test_another_content_type_is_refused(server: Server) -> None:
    alice = await person(server)
    headers = {"Authorization": f"Bearer {alice.access}"}
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{server.url}/api/v1/rooms", data={"name": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "media_type")


async def test_who_does_not_read_is_cut_off_and_the_others_are_not_slowed(server: Server) -> None:
    alice, bob, slow = [await person(server) for _ in range(3)]
    room = (await alice.rest("POST", "/rooms", {"kind": "public", "name": "Busy"})).json()["room"]["id"]
    for other in (bob, slow):
        await other.rest("PUT", f"/rooms/{room}/members/me")
    await asyncio.gather(alice.connect(), bob.connect())
    stalled = await stalled_socket(slow)
    texts = [f"{number} {base64.b64encode(os.urandom(5900)).decode()}" for number in range(500)]
    for text in texts:
        assert (await alice.say(room, text))["type"] == "ack"
    await until(lambda: bob.texts(room) == texts)
    stalled.transport.resume_reading()
    with contextlib.suppress(websockets.ConnectionClosed):
        async with asyncio.timeout(20):
            while True:
                await stalled.recv()
    assert stalled.close_code in (4408, 1006)  # 1006 when the close frame, too, found no room
    await slow.connect()
    assert slow.texts(room) == texts[-50:]  # that far behind: the latest page, older ones on scroll
    await asyncio.gather(alice.close(), bob.close(), slow.close())


async def stalled_socket(slow: Person) -> websockets.ClientConnection:
    """Sign in and then stop reading, as a laptop does whose lid was closed."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", slow.server.port))
    stalled = await websockets.connect(f"ws://127.0.0.1:{slow.server.port}/ws", sock=raw, ping_interval=None)
    await stalled.recv()
    await stalled.send(json.dumps({"type": "auth", "ref": 0, "token": slow.access}))
    await stalled.recv()
    stalled.transport.pause_reading()
    return stalled
