"""What is decided at one server holds at the other: about people at once, about the site within two seconds."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from core.kept import LOOK_EVERY
from tests.faults.people import PASSWORD, Person
from tests.services import Server, redis, servers

pytestmark = pytest.mark.asyncio
AGREED = 2.0  # s; a slow machine only gives more time


@pytest.fixture(scope="module")
def two() -> Iterator[list[Server]]:
    with (
        redis() as shared,
        servers(2, REDIS_URL=shared.url, ADMIN_EMAIL="a@example.org", ADMIN_PASSWORD=PASSWORD) as both,
    ):
        yield both


class Scene:
    """An administrator at the first server; bob at the second, which has read everything and keeps it in mind."""

    def __init__(self, admin: Person, alice: Person, bob: Person, room: str) -> None:
        self.admin, self.alice, self.bob, self.room = admin, alice, bob, room

    async def say(self, text: str) -> tuple[int, str]:
        return told(await self.bob.rest("POST", f"/rooms/{self.room}/messages", sent(text)))

    async def decide(self, method: str, path: str, body: Any = None, by: Person | None = None) -> dict[str, Any]:
        answer = await (by or self.admin).rest(method, path, body)
        assert answer.is_success, answer.text
        return dict(answer.json()) if answer.content else {}


def sent(text: str) -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "text": text}


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, "" if answer.is_success else answer.json()["error"]["code"]


async def scene(two: list[Server]) -> Scene:
    admin = Person(two[0], "admin")
    signed_in = await admin.rest("POST", "/auth/sign-in", {"login": "admin", "password": PASSWORD})
    admin.access = signed_in.json()["access"]
    alice, bob = [await Person(two[at], f"p{uuid.uuid4().hex[:8]}").register() for at in (0, 1)]
    made = await alice.rest("POST", "/rooms", {"kind": "public", "name": "Agreed"})
    found = Scene(admin, alice, bob, made.json()["room"]["id"])
    assert told(await bob.rest("PUT", f"/rooms/{found.room}/members/me"))[0] == 200
    assert await found.say("https://example.org") == (201, "")
    return found


async def test_a_pause_holds_at_the_other_server_and_so_does_its_end(two: list[Server]) -> None:
    here = await scene(two)
    await here.decide("PUT", "/pauses/links", {"hours": 1})
    await here.decide("PUT", "/pauses/sign_ups", {"hours": 1})
    await asyncio.sleep(AGREED)
    assert await here.say("https://example.org") == (403, "links.paused")
    late = {"username": f"p{uuid.uuid4().hex[:8]}", "email": "late@example.org", "password": PASSWORD}
    assert told(await Person(two[1], "").rest("POST", "/auth/register", late)) == (403, "registration.paused")
    await here.decide("DELETE", "/pauses/links")
    await here.decide("DELETE", "/pauses/sign_ups")
    await asyncio.sleep(AGREED)
    assert await here.say("https://example.org") == (201, "")
    assert told(await Person(two[1], "").rest("POST", "/auth/register", late)) == (201, "")


async def test_a_rule_holds_at_the_other_server_and_so_does_its_end(two: list[Server]) -> None:
    here = await scene(two)
    rule = {
        "name": "Words",
        "kind": "words",
        "action": "block",
        "parameters": {"words": ["forbidden"]},
        "enabled": True,
    }
    made = await here.decide("POST", "/rules", rule)
    await asyncio.sleep(AGREED)
    assert await here.say("a forbidden word") == (403, "rule.blocked")
    await here.decide("PATCH", f"/rules/{made['id']}", {"enabled": False})
    await asyncio.sleep(AGREED)
    assert await here.say("a forbidden word") == (201, "")


@pytest.mark.parametrize("where", ["site", "room"])
async def test_a_mute_holds_at_the_other_server_at_once_and_so_does_its_end(where: str, two: list[Server]) -> None:
    here = await scene(two)
    judge, place = (here.admin, {}) if where == "site" else (here.alice, {"room_id": here.room})
    mute = {"user_id": here.bob.id, "kind": "mute", "reason": "Calm down", "minutes": 10} | place
    made = await here.decide("POST", "/sanctions", mute, by=judge)
    assert await here.say("hello?") == (403, "user.muted" if where == "site" else "member.muted")
    await here.decide("DELETE", f"/sanctions/{made['id']}", by=judge)
    assert await here.say("hello!") == (201, "")


async def test_a_block_holds_at_the_other_server_at_once_and_so_does_its_end(two: list[Server]) -> None:
    here = await scene(two)
    direct = (await here.alice.rest("POST", "/rooms/direct", {"user_ids": [here.bob.id]})).json()["room"]["id"]
    here.room = direct
    assert await here.say("hello") == (201, "")
    assert told(await here.alice.rest("PUT", f"/me/blocks/{here.bob.id}")) == (204, "")
    assert await here.say("hello?") == (403, "user.unavailable")
    assert told(await here.alice.rest("DELETE", f"/me/blocks/{here.bob.id}")) == (204, "")
    assert await here.say("hello!") == (201, "")


async def test_the_time_between_two_looks_is_within_what_is_promised() -> None:
    assert LOOK_EVERY < AGREED
