"""The same conversation over every server and with and without compression: shared frames change nothing but the cost."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from tests.faults.people import Person, until
from tests.services import servers

pytestmark = pytest.mark.asyncio
KINDS = [{}, {"WS_COMPRESSION": "0"}, {"SERVER": "daphne"}]


@pytest.mark.parametrize("kind", KINDS, ids=["shared frames", "uncompressed", "daphne"])
async def test_the_same_conversation(kind: dict[str, str]) -> None:
    with servers(1, **kind) as (server,):
        alice = await Person(server, "alice").register()
        bob = await Person(server, "bob").register()
        room = (await alice.rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
        await bob.rest("PUT", f"/rooms/{room}/members/me")
        await asyncio.gather(alice.connect(), bob.connect())
        texts = ["short", "ünïcödé 👍 " * 50, "x" * 8000, '"quoted" \\ and {"json": true}']
        for text in texts:
            assert (await alice.say(room, text))["type"] == "ack"
        await until(lambda: bob.texts(room) == texts)
        assert (await bob.ask("nonsense"))["error"]["code"] == "protocol.unknown_type"
        assert (await alice.rest("POST", "/auth/sign-out-everywhere")).status_code == 204
        await until(lambda: alice.close_code == 4401)
        await bob.close()
        assert "Traceback" not in server.log.read_text()


async def test_a_client_that_compresses_otherwise_is_served_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps its own window and context, which a shared frame cannot know."""
    own = ClientPerMessageDeflateFactory(server_max_window_bits=9, client_max_window_bits=9)
    with servers(1) as (server,):
        alice = await Person(server, "alice").register()
        room = (await alice.rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
        monkeypatch.setattr(websockets, "connect", partial(websockets.connect, extensions=[own], compression=None))
        await alice.connect()
        for number in range(20):
            await alice.say(room, f"{number} " * 300)
        await until(lambda: len(alice.texts(room)) == 20)
        await alice.close()
