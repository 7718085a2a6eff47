"""A ban while the banned person keeps renewing their session and sending, at every door of two servers."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
import websockets

from tests.faults.people import PASSWORD, Address, Person, until
from tests.services import Server, redis, servers

pytestmark = pytest.mark.asyncio
AT_ONCE = 1.0  # s, within which a ban closes sockets
AFTERWARDS = 10  # refused attempts at each door before the room is looked at again
Door = Callable[[], Awaitable[bool]]


@pytest.fixture
def two() -> Iterator[list[Server]]:
    with (
        redis() as shared,
        servers(2, REDIS_URL=shared.url, ADMIN_EMAIL="a@example.org", ADMIN_PASSWORD=PASSWORD) as both,
    ):
        yield both


class Stubborn(Person):
    """Somebody with a session of their own, who does not give up."""

    def __init__(self, server: Address, username: str) -> None:
        super().__init__(server, username)
        self.refresh = ""
        self.ends: list[int | None] = []

    async def sign_in(self) -> Stubborn:
        answer = await self.rest(
            "POST", "/auth/sign-in", {"login": self.username, "password": PASSWORD, "client": "native"}
        )
        assert answer.status_code == 200, answer.text
        signed_in = answer.json()
        self.access, self.refresh, self.id = signed_in["access"], signed_in["refresh"], signed_in["user"]["id"]
        return self

    async def renew(self) -> bool:
        answer = await self.rest("POST", "/auth/refresh", {"refresh": self.refresh})
        if answer.status_code == 200:
            self.access, self.refresh = answer.json()["access"], answer.json()["refresh"]
        return answer.status_code == 200

    async def post(self, room: str) -> bool:
        body = {"client_id": str(uuid.uuid4()), "text": "over REST"}
        return (await self.rest("POST", f"/rooms/{room}/messages", body)).status_code == 201

    async def speak(self, room: str) -> bool:
        """Send over the socket; open another one if it is closed."""
        try:
            if self.close_code is not None:
                await self.connect()
            return bool((await self.say(room, "over the socket"))["type"] == "ack")
        except (ConnectionError, TimeoutError, websockets.WebSocketException):
            return False

    async def _read(self, socket: websockets.ClientConnection) -> None:
        await super()._read(socket)
        self.ends.append(self.close_code)


@asynccontextmanager
async def trying(doors: dict[str, Door]) -> AsyncIterator[dict[str, list[bool]]]:
    """Try every door again and again; yields what came of it, door by door."""
    tried: dict[str, list[bool]] = {name: [] for name in doors}
    given_up = asyncio.Event()

    async def insist(name: str, door: Door) -> None:
        while not given_up.is_set():
            tried[name].append(await door())
            await asyncio.sleep(0.02)  # a door that is shut answers without waiting: others have to have their turn

    tasks = [asyncio.create_task(insist(name, door)) for name, door in doors.items()]
    try:
        yield tried
    finally:
        given_up.set()
        await asyncio.gather(*tasks)


def doors_of(people: list[Stubborn], room: str) -> dict[str, Door]:
    found: dict[str, Door] = {}
    for number, person in enumerate(people):
        found[f"refresh {number}"] = person.renew
        found[f"rest {number}"] = partial(person.post, room)
        found[f"socket {number}"] = partial(person.speak, room)
    return found


async def stands(person: Person, room: str) -> tuple[str, int]:
    """Return the room's latest message and its head: nothing was added as long as they are the same."""
    page = (await person.rest("GET", f"/rooms/{room}/messages?limit=1")).json()
    return page["messages"][-1]["id"], page["rev"]


async def test_nothing_of_a_banned_person_gets_through_at_any_door_of_two_servers(two: list[Server]) -> None:
    alice = await Person(two[0], "alice").register()
    await Person(two[0], "bob").register()
    bobs = [await Stubborn(server, "bob").sign_in() for server in two]
    admin = await Stubborn(two[0], "admin").sign_in()
    room = (await alice.rest("POST", "/rooms", {"kind": "public", "name": "Ban"})).json()["room"]["id"]
    assert (await bobs[0].rest("PUT", f"/rooms/{room}/members/me")).status_code == 200
    for person in (alice, *bobs):
        await person.connect()
    async with trying(doors_of(bobs, room)) as tried:
        await until(lambda: all(done.count(True) >= 3 for done in tried.values()), within=60)
        ban = {"user_id": bobs[0].id, "kind": "ban", "reason": "Enough", "minutes": 60}
        assert (await admin.rest("POST", "/sanctions", ban)).status_code == 201
        known = {name: len(done) for name, done in tried.items()}
        closed = until(lambda: all(4403 in bob.ends for bob in bobs), within=AT_ONCE)
        last, _ = await asyncio.gather(stands(alice, room), closed)
        await until(lambda: all(len(done) >= known[name] + AFTERWARDS for name, done in tried.items()), within=120)
        # What was under way when the ban was answered may have been before it.
        assert not any(any(done[known[name] + 1 :]) for name, done in tried.items())
        assert await stands(alice, room) == last
    for server in two:
        told = await Person(server, "bob").rest("POST", "/auth/sign-in", {"login": "bob", "password": PASSWORD})
        assert (told.status_code, told.json()["error"]["code"]) == (403, "user.suspended")
        assert told.json()["error"]["data"]["reason"] == "Enough"
    await alice.close()
