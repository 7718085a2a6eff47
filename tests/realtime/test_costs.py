"""What a delivery costs, in counts that are the same on every machine. A number that rises here is paid for each socket."""

from __future__ import annotations

import asyncio
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from bench.dialects import body
from messaging.services.sending import send_message
from realtime import frames
from realtime.frames import UNKNOWN, Frame, joined
from realtime.sockets import Socket
from realtime.topics import Topic
from rooms.models import Room
from tests.conftest import Published
from tests.factories import say

SOCKETS = 500


class Ready:
    """A peer that keeps up: every frame leaves at once, in the form the socket negotiated."""

    def __init__(self) -> None:
        self.bytes, self.window = 0, UNKNOWN

    def take(self, frame: Frame) -> bool:
        data, self.window = frame.compressed(self.window)
        self.bytes = len(data)
        return True

    async def drain(self, frame: Frame) -> None:
        self.take(frame)

    def hang_up(self, code: int, reason: str, last: Frame | None) -> None:
        raise AssertionError("nobody is slow here")


async def audience() -> Topic:
    topic = Topic("room.1", 1, rev=0)
    person: Any = SimpleNamespace(pk=1)
    for _ in range(SOCKETS):
        socket = Socket(Ready(), person, person)
        socket.release(Frame('"ready"'))
        topic.sockets.add(socket)
    await asyncio.sleep(0.1)  # `ready` leaves, and the sockets are live
    return topic


def event(number: int) -> str:
    return json.dumps({"type": "message.created", "rev": number, "message": {"text": body(number)}})


@pytest.mark.asyncio
async def test_a_frame_is_made_and_deflated_once_however_many_hear_it(monkeypatch: pytest.MonkeyPatch) -> None:
    topic = await audience()
    made: list[str] = []

    def counted(name: str) -> None:
        real = getattr(frames, name)

        def call(*given: Any) -> Any:
            made.append(name)
            return real(*given)

        monkeypatch.setattr(frames, name, call)

    counted("deflated")
    counted("framed")
    topic.deliver(Frame(event(1)))
    topic.deliver(joined([Frame(event(number)) for number in range(2, 20)]), events=18)
    assert made == ["deflated", "framed"] * 2


@pytest.mark.asyncio
async def test_a_delivery_leaves_nothing_behind() -> None:
    """Not one object stays for a socket that keeps up: what is left is the frame itself, shared by all."""
    topic = await audience()
    for number in range(3):
        topic.deliver(Frame(event(number)))
    before = sys.getallocatedblocks()
    for number in range(10):
        topic.deliver(Frame(event(number)))
    assert sys.getallocatedblocks() - before < SOCKETS


@pytest.mark.django_db(transaction=True)
def test_a_message_of_200_characters_travels_in_fewer_than_250_bytes(
    bob: User, general: Room, published: Published
) -> None:
    for number in range(20):
        say(bob, general, body(number))
    single = [Frame(envelope.text) for envelope in published]
    assert max(len(frame.plain()) for frame in single) < 1000
    assert max(len(frame.compressed()[0]) for frame in single) < 500
    window, sizes = UNKNOWN, []
    for frame in single:
        data, window = frame.compressed(window)
        sizes.append(len(data))
    assert max(sizes[1:]) < 250  # to those who remember what they heard before
    assert len(joined(single).compressed()[0]) / 20 < 200  # in a busy room they leave together


@pytest.mark.django_db(transaction=True)
def test_one_message_is_one_envelope(bob: User, general: Room, published: Published) -> None:
    key = "00000000-0000-4000-8000-000000000001"
    for _ in range(2):  # and a retry is none
        send_message(actor=bob, room_id=general.pk, client_id=key, text="once")
    assert len(published) == 1
