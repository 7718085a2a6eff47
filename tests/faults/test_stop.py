"""SIGTERM under load: sockets end with 1012, spread; what was taken is answered; nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import signal
import time
import uuid

import httpx
import pytest

from tests.faults.people import Person, until
from tests.faults.test_kill import reconnected
from tests.services import Server, servers

pytestmark = pytest.mark.asyncio
RESTART = 1012
TERMINATED = -signal.SIGTERM


async def talkers(server: Server, count: int) -> tuple[str, list[Person]]:
    people = [await Person(server, f"p{number}x{uuid.uuid4().hex[:6]}").register() for number in range(count)]
    room = (await people[0].rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
    for person in people[1:]:
        await person.rest("PUT", f"/rooms/{room}/members/me")
    for person in people:
        await person.connect()
    return room, people


async def talk_until_closed(person: Person, room: str, acknowledged: list[str]) -> str:
    """Send without a pause; return the text that was left without an answer."""
    for number in range(100_000):
        text = f"{person.username} {number}"
        try:
            answer = await person.say(room, text)
        except OSError:
            return text
        assert answer["type"] == "ack", answer
        acknowledged.append(text)
    raise AssertionError("the server did not stop")


def terminate(server: Server) -> int:
    """Tell the server to stop and return how it ended."""
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(timeout=30)
    server.process = None
    return code


async def test_a_stop_under_load_loses_nothing_that_was_acknowledged() -> None:
    with servers(1) as (server,):
        room, people = await talkers(server, 6)
        acknowledged: list[str] = []
        talking = [asyncio.ensure_future(talk_until_closed(person, room, acknowledged)) for person in people]
        await asyncio.sleep(1)
        assert await asyncio.to_thread(terminate, server) == TERMINATED
        await asyncio.gather(*talking)
        assert {person.close_code for person in people} == {RESTART}
        assert len(acknowledged) > len(people)
        await asyncio.to_thread(server.start)
        for person in people:
            await reconnected(person)
        wanted = people[0].texts(room)
        assert set(acknowledged) <= set(wanted)
        assert len(wanted) == len(set(wanted))
        await until(lambda: all(person.texts(room) == wanted for person in people))
        await asyncio.gather(*(person.close() for person in people))


async def test_what_the_server_took_is_answered_before_the_end() -> None:
    """Nobody who waits for an answer when the server stops is left without one that counts."""
    with servers(1) as (server,):
        room, (alice, bob) = await talkers(server, 2)
        sent = [asyncio.ensure_future(alice.say(room, f"{number}")) for number in range(30)]
        await asyncio.sleep(0.05)
        await asyncio.to_thread(terminate, server)
        results = await asyncio.gather(*sent, return_exceptions=True)
        answered = [answer["data"]["message"]["text"] for answer in results if isinstance(answer, dict)]
        assert answered == [str(number) for number in range(len(answered))]
        await asyncio.to_thread(server.start)
        await reconnected(bob)
        assert bob.texts(room) == answered
        await asyncio.gather(alice.close(), bob.close())


async def test_sockets_end_one_after_the_other_and_nobody_new_is_let_in() -> None:
    with servers(1) as (server,):
        alice = await Person(server, "alice").register()
        crowd = [Person(server, "alice") for _ in range(8)]
        others = [await Person(server, f"guest{number}").register() for number in range(12)]
        for twin in crowd:
            twin.access = alice.access
        ends: list[float] = []
        for person in crowd + others:
            await person.connect()
            assert person._reader is not None
            person._reader.add_done_callback(lambda _: ends.append(time.monotonic()))
        stopping = asyncio.ensure_future(asyncio.to_thread(terminate, server))
        await until(lambda: len(ends) > 0)
        async with httpx.AsyncClient() as http:
            with pytest.raises(httpx.TransportError):
                await http.get(f"{server.url}/healthz")
        assert await stopping == TERMINATED
        assert {person.close_code for person in crowd + others} == {RESTART}
        # 20 sockets spread over 0.2 s: more than half that apart, all but once in ten thousand runs.
        assert max(ends) - min(ends) > 0.05
