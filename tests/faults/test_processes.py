"""Several real servers: one order for everybody, retries that count once, revocation that crosses processes."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import pytest

from tests.faults.people import Person, until
from tests.services import Redis, Server, redis, servers

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def shared() -> Iterator[Redis]:
    with redis() as running:
        yield running


@pytest.fixture(scope="module")
def two(shared: Redis) -> Iterator[list[Server]]:
    with servers(2, REDIS_URL=shared.url) as running:
        yield running


def name(text: str) -> str:
    return f"{text}{uuid.uuid4().hex[:8]}"


async def crowd(two: list[Server], count: int) -> tuple[str, list[Person]]:
    """Return a room and its people, spread over the servers, all connected."""
    people = [await Person(two[number % 2], name("p")).register() for number in range(count)]
    made = await people[0].rest("POST", "/rooms", {"kind": "public", "name": "Crowd"})
    room = made.json()["room"]["id"]
    for person in people[1:]:
        assert (await person.rest("PUT", f"/rooms/{room}/members/me")).status_code == 200
    for person in people:
        await person.connect()
    return room, people


async def test_twenty_people_on_two_processes_see_one_order_without_holes(two: list[Server]) -> None:
    room, people = await crowd(two, 20)
    before = people[0].rooms[room].rev

    async def talk(person: Person) -> None:
        for number in range(5):
            answer = await person.say(room, f"{person.username} {number}")
            assert answer["type"] == "ack"

    await asyncio.gather(*map(talk, people))
    await until(lambda: all(person.rooms[room].rev >= before + 100 for person in people))
    for person in people:
        heard = [e["rev"] for e in person.events if e["type"] == "message.created" and e["room_id"] == room]
        assert heard == list(range(before + 1, before + 101)) or covered(person, room, before, before + 100)
        assert person.texts(room) == people[0].texts(room)
        assert len(person.texts(room)) == len(set(person.texts(room))) == 100
    await asyncio.gather(*(person.close() for person in people))


def covered(person: Person, room: str, after: int, upto: int) -> bool:
    """Return whether every rev was heard once, in order, or lay in a healed range."""
    reached = after
    for event in person.events:
        if event.get("room_id") != room or "rev" not in event:
            continue
        healed = event["type"] == "room.changes"
        assert event["rev"] == reached + 1 or (healed and event["rev"] > reached), (
            event["type"],
            event["rev"],
            reached,
        )
        reached = event["rev"]
    return reached >= upto


async def test_fifty_sends_of_one_client_id_on_two_processes_are_one_message(two: list[Server]) -> None:
    room, (alice, bob) = await crowd(two, 2)
    client_id = str(uuid.uuid4())
    body = {"client_id": client_id, "text": "only once"}
    twin = Person(two[1], alice.username)
    twin.access = alice.access
    answers = await asyncio.gather(
        *((alice, twin)[number % 2].rest("POST", f"/rooms/{room}/messages", body) for number in range(50))
    )
    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len({answer.text for answer in answers}) == 1
    await until(lambda: bob.texts(room) == ["only once"])
    await bob.ask("ping")
    assert [e["type"] for e in bob.events if e["type"] == "message.created"] == ["message.created"]
    await asyncio.gather(alice.close(), bob.close())


async def test_a_removed_member_hears_nothing_on_the_other_process(two: list[Server]) -> None:
    room, (alice, bob) = await crowd(two, 2)
    assert (await alice.rest("DELETE", f"/rooms/{room}/members/{bob.id}")).status_code == 204
    await until(lambda: any(event["type"] == "room.removed" for event in bob.events))
    known = len(bob.events)
    answer = await alice.say(room, "among ourselves")
    assert answer["type"] == "ack"
    await until(lambda: "among ourselves" in alice.texts(room))
    await asyncio.sleep(0.5)
    await bob.ask("ping")
    assert [event for event in bob.events[known:] if event.get("room_id") == room] == []
    assert (await bob.say(room, "hello?"))["error"]["code"] == "not_found"
    await asyncio.gather(alice.close(), bob.close())


async def test_signing_out_everywhere_closes_sockets_on_every_process(two: list[Server]) -> None:
    alice = await Person(two[0], name("a")).register()
    twin = Person(two[1], alice.username)
    twin.access = alice.access
    await alice.connect()
    await twin.connect()
    assert (await alice.rest("POST", "/auth/sign-out-everywhere")).status_code == 204
    await until(lambda: alice.close_code == twin.close_code == 4401)


async def test_presence_and_typing_cross_processes(two: list[Server]) -> None:
    room, (alice, bob) = await crowd(two, 2)
    await bob.ask("presence.set", status="idle")
    await until(lambda: any(e["type"] == "presence.changed" and e["status"] == "idle" for e in alice.events))
    listed = await alice.ask("presence.list", room_id=room)
    assert listed["data"]["presence"] == {alice.id: "online", bob.id: "idle"}
    await bob.ask("typing.start", room_id=room)
    await until(lambda: any(e["type"] == "typing.started" and e["user_id"] == bob.id for e in alice.events))
    await asyncio.gather(alice.close(), bob.close())


async def test_with_redis_stopped_everything_is_still_sent_and_seen_and_heals(two: list[Server], shared: Redis) -> None:
    room, (alice, bob) = await crowd(two, 2)
    shared.stop()
    try:
        for number in range(5):
            assert (await alice.say(room, f"without redis {number}"))["type"] == "ack"
        await until(lambda: bob.texts(room) == [f"without redis {number}" for number in range(5)])
        assert (await alice.rest("DELETE", f"/rooms/{room}/members/{bob.id}")).status_code == 204
        await until(lambda: any(event["type"] == "room.removed" for event in bob.events), within=20)
    finally:
        shared.start()
    assert (await bob.rest("PUT", f"/rooms/{room}/members/me")).status_code == 200

    async def echoes() -> None:
        while not any(e["type"] == "message.created" and e["message"]["text"] == "back" for e in bob.events):
            await alice.say(room, "back")
            await asyncio.sleep(0.5)

    await asyncio.wait_for(echoes(), 30)
    await asyncio.gather(alice.close(), bob.close())


async def test_the_other_process_never_shows_less_than_was_acknowledged_here(two: list[Server]) -> None:
    """Pages are remembered by each process; a shared stamp tells when they are old."""
    room, (alice, bob) = await crowd(two, 2)
    await bob.rest("GET", f"/rooms/{room}/messages")
    for number in range(60):
        answer = await alice.say(room, f"line {number}")
        page = (await bob.rest("GET", f"/rooms/{room}/messages")).json()
        assert page["messages"][-1]["id"] == answer["data"]["message"]["id"]
    await alice.rest("PATCH", "/me", {"display_name": "Renamed"})
    users = (await bob.rest("GET", f"/rooms/{room}/messages")).json()["users"]
    assert [user["display_name"] for user in users] == ["Renamed"]
    assert (await alice.rest("DELETE", f"/rooms/{room}/members/{bob.id}")).status_code == 204
    assert (await bob.rest("GET", f"/rooms/{room}/messages")).status_code == 404
    assert (await bob.rest("POST", "/auth/sign-out-everywhere")).status_code == 204
    twin = Person(two[0], bob.username)
    twin.access = bob.access
    assert (await twin.rest("GET", "/rooms")).status_code == 401
    await asyncio.gather(alice.close(), bob.close())


async def test_events_cross_over_several_redis_servers() -> None:
    """Each room's events go over one of them; what is kept (presence, limits, stamps) is on the first."""
    with redis() as first, redis() as second, servers(2, REDIS_URL=f"{first.url},{second.url}") as both:
        for _ in range(4):
            room, (alice, bob) = await crowd(both, 2)
            await alice.say(room, "across")
            await until(lambda room=room, bob=bob: bob.texts(room) == ["across"])
            await asyncio.gather(alice.close(), bob.close())
