"""A server killed with -9 in the middle: what was acknowledged is there, once, and everybody ends equal."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from tests.faults.people import Person, until
from tests.services import servers

pytestmark = pytest.mark.asyncio


async def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed() -> None:
    with servers(1) as (server,):
        alice = await Person(server, "alice").register()
        bob = await Person(server, "bob").register()
        made = await alice.rest("POST", "/rooms", {"kind": "public", "name": "General"})
        room = made.json()["room"]["id"]
        await bob.rest("PUT", f"/rooms/{room}/members/me")
        await asyncio.gather(alice.connect(), bob.connect())
        acknowledged: list[str] = []
        outbox = [(f"message {number}", str(uuid.uuid4())) for number in range(120)]

        async def send_all() -> None:
            """Send in order; after a broken connection connect again and repeat what is not acknowledged.

            MongoDB keeps the open transaction of a killed process for a while (transactionLifetimeLimitSeconds).
            """
            for text, client_id in outbox:
                while text not in acknowledged:
                    try:
                        answer = await alice.say(room, text, client_id)
                        assert answer["type"] == "ack" or answer["error"]["code"] == "unavailable", answer
                        if answer["type"] == "ack":
                            acknowledged.append(text)
                    except (ConnectionError, OSError, TimeoutError):
                        await reconnected(alice)

        async def kill_sometimes() -> None:
            for _ in range(3):
                await asyncio.sleep(0.4)
                server.kill()
                await asyncio.to_thread(server.start)

        await asyncio.gather(send_all(), kill_sometimes())
        await reconnected(bob)
        wanted = [text for text, _ in outbox]
        await until(lambda: bob.texts(room) == wanted)
        await reconnected(alice)  # the last kill may have come after her last message
        assert alice.texts(room) == wanted
        assert bob.rooms[room].messages == alice.rooms[room].messages
        await asyncio.gather(alice.close(), bob.close())


async def reconnected(person: Person) -> None:
    """Connect again as soon as there is something to connect to."""
    for _ in range(200):
        try:
            await person.close()
            await person.connect()
            return
        except Exception:  # noqa: BLE001
            await asyncio.sleep(0.1)
    raise AssertionError("the server did not come back")


async def test_a_message_whose_server_died_before_telling_anybody_is_seen_on_the_other() -> None:
    """The failpoint kills the process between commit and publish; the sender never hears back and tries again."""
    with servers(2) as (first, second):
        alice = await Person(first, "alice").register()
        bob = await Person(second, "bob").register()
        room = (await alice.rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
        await bob.rest("PUT", f"/rooms/{room}/members/me")
        await bob.connect()
        first.stop()
        first.start(CHATFLOW_FAILPOINT="die_before_publish")
        client_id = str(uuid.uuid4())
        await alice.connect(first)
        with pytest.raises((ConnectionError, TimeoutError)):
            await alice.say(room, "into the void", client_id)
        await until(lambda: bob.texts(room) == ["into the void"])
        await alice.connect(second)
        again = await alice.say(room, "into the void", client_id)
        assert again["type"] == "ack"
        await bob.ask("ping")
        assert bob.texts(room) == ["into the void"]
        await asyncio.gather(alice.close(), bob.close())


async def test_a_deletion_while_away_is_gone_after_coming_back() -> None:
    with servers(1) as (server,):
        alice = await Person(server, "alice").register()
        bob = await Person(server, "bob").register()
        room = (await alice.rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
        await bob.rest("PUT", f"/rooms/{room}/members/me")
        await asyncio.gather(alice.connect(), bob.connect())
        message = (await alice.say(room, "said in haste"))["data"]["message"]
        await until(lambda: bob.texts(room) == ["said in haste"])
        await bob.close()
        await alice.ask("message.delete", message_id=message["id"])
        await bob.connect()
        assert bob.texts(room) == [""]
        assert bob.rooms[room].messages[message["id"]]["deleted_at"] is not None
        await asyncio.gather(alice.close(), bob.close())
