"""The server's own door to Django gives the same answers as Django's, to the last header."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIHandler

from accounts.models import User
from config.edge import Edge
from messaging.models import Message
from rooms.models import Room
from tests.clients import Api
from tests.conftest import Published
from tests.factories import say

pytestmark = pytest.mark.django_db(transaction=True)
Headers = dict[str, str]


@async_to_sync
async def ask(site: Any, method: str, path: str, headers: Headers, pieces: list[bytes]) -> tuple[int, Any, bytes]:
    """Return the status, the headers and the body of an answer; the request's body comes in these pieces."""
    raw, _, query = path.partition("?")
    given = {"host": "testserver", "content-length": str(len(b"".join(pieces)))} | headers
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": raw, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()], "client": ("127.0.0.1", 1),
    }  # fmt: skip
    told = ApplicationCommunicator(site, scope)
    for number, piece in enumerate(pieces, 1):
        await told.send_input({"type": "http.request", "body": piece, "more_body": number < len(pieces)})
    start, parts = await told.receive_output(20), [await told.receive_output(20)]
    while parts[-1].get("more_body"):
        parts.append(await told.receive_output(20))
    await told.wait(20)
    return start["status"], sorted(start["headers"]), b"".join(part["body"] for part in parts)


@pytest.fixture
def both() -> Callable[..., Any]:
    """Ask Django's own handler and ours the same; return the answer, which has to be the same."""

    def ask_both(method: str, path: str, headers: Headers | None = None, pieces: list[bytes] | None = None) -> Any:
        ours, own = (ask(site, method, path, headers or {}, pieces or [b""]) for site in (Edge(), ASGIHandler()))
        assert ours == own
        return ours

    return ask_both


def test_pages_refusals_and_what_is_not_there(both: Callable[..., Any]) -> None:
    assert both("GET", "/nothing/of/ours")[0] in (200, 404)
    assert both("GET", "/api/v1/nothing")[0] == 404
    assert both("GET", "/api/v1/me")[0] == 401
    assert both("GET", "/healthz")[0] == 200
    assert both("PUT", "/api/v1/rooms", {"content-type": "text/plain"}, [b"x"])[0] in (401, 405, 415)
    assert both("GET", "/api/v1/me", {"host": "elsewhere.example"})[0] == 400


def test_what_members_read(alice: User, bob: User, general: Room, both: Callable[..., Any]) -> None:
    say(alice, general, "hello")
    status, headers, body = both("GET", f"/api/v1/rooms/{general.pk}/messages?limit=5", Api(bob).headers)
    assert status == 200
    assert [message["text"] for message in json.loads(body)["messages"]] == ["hello"]
    assert (b"Cache-Control", b"no-store") in headers


def test_a_message_in_one_piece_and_in_several(bob: User, general: Room, both: Callable[..., Any]) -> None:
    headers = Api(bob).headers | {"content-type": "application/json"}
    for pieces in (1, 3):
        raw = json.dumps({"client_id": str(uuid.uuid4()), "text": "in pieces"}).encode()
        size = -(-len(raw) // pieces)
        cut = [raw[start : start + size] for start in range(0, len(raw), size)]
        first = ask(Edge(), "POST", f"/api/v1/rooms/{general.pk}/messages", headers, cut)
        assert first[0] == 201
        again = both("POST", f"/api/v1/rooms/{general.pk}/messages", headers, cut)  # a retry
        assert (again[0], again[2]) == (200, first[2])
    assert Message.objects.filter(text="in pieces").count() == 2


def test_outsider_sends_nothing_through_it(
    carol: User, general: Room, both: Callable[..., Any], published: Published
) -> None:
    headers = Api(carol).headers | {"content-type": "application/json"}
    raw = json.dumps({"client_id": str(uuid.uuid4()), "text": "let me in"}).encode()
    assert both("POST", f"/api/v1/rooms/{general.pk}/messages", headers, [raw])[0] == 404
    assert not published


@async_to_sync
async def hang_up(site: Any) -> list[Any]:
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    await site({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send)
    return told


def test_who_hangs_up_before_the_end_is_not_answered() -> None:
    assert hang_up(Edge()) == []
