"""Redis stops and comes back, again and again, while everybody talks: an accelerator, never the truth."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.faults.people import PASSWORD, Person, until
from tests.services import Redis, Server, redis, servers

pytestmark = pytest.mark.asyncio
PEOPLE, EACH = 6, 60


async def crowd(two: list[Server]) -> tuple[str, list[Person]]:
    people = [await Person(two[number % 2], f"person{number}").register() for number in range(PEOPLE)]
    room = (await people[0].rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
    for person in people[1:]:
        assert (await person.rest("PUT", f"/rooms/{room}/members/me")).status_code == 200
    for person in people:
        await person.connect()
    return room, people


async def talk(person: Person, room: str) -> None:
    for number in range(EACH):
        assert (await person.say(room, f"{person.username} {number}"))["type"] == "ack"
        await asyncio.sleep(0.15)


async def read_back(speaker: Person, reader: Person, room: str) -> None:
    """A page that is read after an acknowledgement, at the other server, holds what was acknowledged."""
    for number in range(EACH // 2):
        last = (await speaker.say(room, f"read back {number}"))["data"]["message"]["id"]
        page = (await reader.rest("GET", f"/rooms/{room}/messages")).json()
        assert last in [message["id"] for message in page["messages"]]
        await asyncio.sleep(0.3)


async def come_and_go(shared: Redis) -> None:
    for _ in range(3):
        await asyncio.sleep(2)
        await asyncio.to_thread(shared.stop)
        await asyncio.sleep(2)
        await asyncio.to_thread(shared.start)


async def test_a_redis_that_is_there_but_silent_holds_up_nobody() -> None:
    """As when its machine is lost: connections neither end nor answer."""
    with redis() as shared, servers(2, REDIS_URL=shared.url, RATE_LIMITS="1") as two:
        room, people = await crowd(two)
        assert shared.process is not None
        shared.process.send_signal(signal.SIGSTOP)
        try:
            said = [f"{person.username} {number}" for number in range(4) for person in people]
            for text, person in zip(said, people * 4, strict=True):
                assert (await person.say(room, text))["type"] == "ack"
            await until(lambda: all(person.texts(room) == said for person in people))
            stranger = Person(two[0], "stranger")
            refused = await stranger.rest("POST", "/auth/sign-in", {"login": "person1", "password": PASSWORD})
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "unavailable")
        finally:
            shared.process.send_signal(signal.SIGCONT)
        await asyncio.gather(*(person.close() for person in people))


async def test_redis_may_come_and_go_under_load() -> None:
    with redis() as shared, servers(2, REDIS_URL=shared.url) as two:
        room, people = await crowd(two)
        await asyncio.gather(
            *(talk(person, room) for person in people), read_back(people[0], people[1], room), come_and_go(shared)
        )
        said = {f"{person.username} {number}" for person in people for number in range(EACH)}
        said |= {f"read back {number}" for number in range(EACH // 2)}
        await until(lambda: all(len(person.texts(room)) == len(said) for person in people))
        first = people[0].texts(room)
        assert set(first) == said
        assert all(person.texts(room) == first for person in people)
        assert [person.close_code for person in people] == [None] * PEOPLE
        await asyncio.gather(*(person.close() for person in people))
        assert ["Traceback" in server.log.read_text() for server in two] == [False, False]
