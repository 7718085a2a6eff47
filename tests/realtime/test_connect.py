"""Open a socket: hello, auth, ready; and everything that is refused on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from channels.testing import WebsocketCommunicator

from accounts.models import AuthSession, User
from accounts.services.sessions import open_session
from accounts.tokens import issue_access
from realtime import tickets
from realtime.consumer import ChatConsumer
from realtime.running import Running
from rooms.models import Room
from rooms.services.rooms import open_direct_room
from rooms.services.sanctions import suspend_person
from tests.realtime.chat import Chat, off_loop
from tests.realtime.conftest import Connect

pytestmark = pytest.mark.asyncio


async def test_ready_holds_the_rooms_and_who_is_in_direct_ones(
    connect: Connect, alice: User, bob: User, general: Room
) -> None:
    direct, _ = await off_loop(open_direct_room, actor=alice, user_ids=[bob.pk])
    ready = (await connect(alice)).ready
    assert ready["user"]["username"] == "alice"
    assert {entry["room"]["id"] for entry in ready["rooms"]} == {str(general.pk), str(direct.room.pk)}
    entry = next(entry for entry in ready["rooms"] if entry["room"]["id"] == str(general.pk))
    assert entry["membership"] == {
        "role": "owner",
        "rank": "owner",
        "rev": 1,
        "last_read_seq": 0,
        "read_mark": 0,
        "muted_until": None,
        "posted_at": None,
        "restrictions": {},
        "unread": 0,
        "mentions": 0,
    }
    assert {user["username"] for user in ready["users"]} == {"alice", "bob"}
    assert ready["presence"] == {str(alice.pk): "online"}
    assert ready["blocked"] == []


async def test_an_access_token_in_the_first_frame_works_for_native_clients(hub: Running, alice: User) -> None:
    chat = Chat()
    assert (await chat.connect())["type"] == "hello"
    session = (await off_loop(open_session, user=alice)).session
    await chat.send({"type": "auth", "ref": 1, "token": issue_access(session)})
    assert (await chat.next_frame())["session_id"] == str(session.pk)
    await chat.close()


async def refused(first: Any) -> tuple[str, int]:
    """Return the error's code and the close code that a first frame is answered with."""
    chat = Chat()
    await chat.connect()
    await chat.send(first)
    error = await chat.next_frame()
    assert error["type"] == "error"
    return error["error"]["code"], await chat.closed()


async def test_a_ticket_is_good_once(hub: Running, alice: User) -> None:
    session = (await off_loop(open_session, user=alice)).session
    ticket = tickets.issue(session.pk, session.user_id)
    chat = Chat()
    await chat.connect()
    await chat.send({"type": "auth", "ref": 1, "ticket": ticket})
    assert (await chat.next_frame())["type"] == "ready"
    assert await refused({"type": "auth", "ref": 1, "ticket": ticket}) == ("auth.ticket", 4401)
    await chat.close()


async def test_a_ticket_is_good_for_thirty_seconds(hub: Running, alice: User) -> None:
    session = (await off_loop(open_session, user=alice)).session
    with time_machine.travel("2026-01-01T00:00:00Z", tick=True):
        ticket = tickets.issue(session.pk, session.user_id)
    assert await refused({"type": "auth", "ref": 1, "ticket": ticket}) == ("auth.ticket", 4401)


@pytest.mark.parametrize(
    ("first", "code", "close"),
    [
        ({"type": "auth", "ref": 1, "ticket": "made.up.ticket"}, "auth.ticket", 4401),
        ({"type": "auth", "ref": 1, "token": "made.up.token"}, "auth.invalid", 4401),
        ({"type": "auth", "ref": 1}, "invalid", 4400),
        ({"type": "auth", "ref": 1, "ticket": "a", "token": "b"}, "invalid", 4400),
        ({"type": "auth", "ref": 1, "ticket": 7}, "invalid", 4400),
        ({"type": "auth", "ticket": "x"}, "invalid", 4400),
        ({"type": "auth", "ref": 1, "ticket": "x", "admin": True}, "invalid", 4400),
        ({"type": "ping", "ref": 1}, "protocol.order", 4400),
        ("{not json", "protocol.json", 4400),
        ('{"type":"auth","ref":1,"ticket":"' + "x" * 5000 + '"}', "too_large", 4400),
    ],
)
async def test_a_bad_first_frame_is_answered_and_the_socket_closed(
    hub: Running, first: Any, code: str, close: int
) -> None:
    assert await refused(first) == (code, close)


async def test_the_session_has_to_be_alive(hub: Running, alice: User) -> None:
    session = (await off_loop(open_session, user=alice)).session
    token = issue_access(session)
    await off_loop(AuthSession.objects.filter(pk=session.pk).update, revoked_at=session.created_at)
    assert await refused({"type": "auth", "ref": 1, "token": token}) == ("auth.invalid", 4401)


async def test_a_suspended_person_is_told_so(hub: Running, alice: User) -> None:
    token = issue_access((await off_loop(open_session, user=alice)).session)
    await off_loop(suspend_person, user=alice)
    assert await refused({"type": "auth", "ref": 1, "token": token}) == ("user.suspended", 4403)


async def test_without_auth_the_socket_is_closed(hub: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.consumer.AUTH_WITHIN", 0.05)
    chat = Chat()
    await chat.connect()
    assert await chat.closed() == 4400


@pytest.mark.parametrize(
    ("host", "origin", "welcome"),
    [
        ("localhost", "http://localhost", True),
        ("localhost:8000", "http://localhost:8000", True),
        ("localhost", None, True),
        ("localhost", "http://evil.example", False),
        ("localhost", "null", False),
        ("localhost:8000", "http://localhost:8001", False),
        ("localhost", "http://localhost.evil.example", False),
        ("localhost", "http://a@localhost", False),
        ("localhost", "file://localhost", False),
        ("evil.example", "http://evil.example", False),
    ],
)
async def test_only_the_sites_own_pages_may_connect(hub: Running, host: str, origin: str | None, welcome: bool) -> None:
    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin is not None else [])
    wire = WebsocketCommunicator(ChatConsumer.as_asgi(), "/ws", headers=headers)
    connected, _ = await wire.connect()
    assert connected is welcome
    if welcome:
        assert json.loads(await wire.receive_from())["type"] == "hello"
    await wire.disconnect()


async def test_the_eleventh_socket_of_a_person_ends_the_oldest(connect: Connect, alice: User) -> None:
    chats = [await connect(alice) for _ in range(11)]
    assert await chats[0].closed() == 4409
    assert (await chats[1].ask("ping"))["type"] == "ack"
