"""Messages of one socket overlap, and what comes together leaves together: nobody can tell but by the speed."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from core.events import Envelope
from messaging.models import Message
from realtime.commands import COMMANDS
from realtime.running import Running
from rooms.models import Room
from tests.realtime.chat import Chat, off_loop
from tests.realtime.conftest import Connect
from tests.realtime.test_order import sent

pytestmark = pytest.mark.asyncio
TEXTS = ["one", "two", "   ", "@bob three", "four", "x" * 9000, "five", "six"]


async def say_without_waiting(chat: Chat, room: Room, texts: list[str]) -> dict[int, Any]:
    """Send all texts before any answer; return the answers by ref: the code, or the message's text."""
    for ref, text in enumerate(texts, 1):
        fields = {"room_id": str(room.pk), "client_id": str(uuid.uuid4()), "text": text}
        await chat.send({"type": "message.send", "ref": 1000 + ref, **fields})
    answers: dict[int, Any] = {}
    while len(answers) < len(texts):
        frame = await chat.next_frame()
        if frame["type"] == "ack":
            answers[frame["ref"] - 1000] = frame["data"]["message"]["text"]
        elif frame["type"] == "error":
            answers[frame["ref"] - 1000] = frame["error"]["code"]
        else:
            chat.heard.append(frame)
    return answers


@pytest.mark.parametrize("overlapping", [True, False])
async def test_messages_sent_without_waiting_are_kept_in_their_order(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, alice: User, bob: User, general: Room, overlapping: bool
) -> None:
    if not overlapping:
        alone = replace(COMMANDS["message.send"], overlaps=lambda wanted: False)
        monkeypatch.setitem(COMMANDS, "message.send", alone)
    a, b = await connect(alice), await connect(bob)
    answers = await say_without_waiting(a, general, TEXTS)
    good = [text for text in TEXTS if text.strip() and len(text) < 9000]
    assert answers == {ref: text if text in good else "invalid" for ref, text in enumerate(TEXTS, 1)}
    heard = [event["message"]["text"] for event in await b.quiet() if event["type"] == "message.created"]
    assert heard == good
    kept = await off_loop(lambda: list(Message.objects.order_by("seq").values_list("text", flat=True)))
    assert kept == good


async def test_a_command_after_messages_sees_them(connect: Connect, alice: User, general: Room) -> None:
    a = await connect(alice)
    cursor = {str(general.pk): {"epoch": general.epoch, "rev": general.rev}}
    for number in range(20):
        fields = {"room_id": str(general.pk), "client_id": str(uuid.uuid4()), "text": str(number)}
        await a.send({"type": "message.send", "ref": 1000 + number, **fields})
    await a.send({"type": "sync", "ref": 5000, "rooms": cursor})
    frame: dict[str, Any] = {}
    while frame.get("ref") != 5000:
        frame = await a.next_frame()
    changes = frame["data"]["rooms"][str(general.pk)]
    assert [message["text"] for message in changes["messages"]] == list(map(str, range(20)))


async def test_what_was_sent_before_the_socket_closed_is_kept(connect: Connect, alice: User, general: Room) -> None:
    a = await connect(alice)
    for number in range(20):
        fields = {"room_id": str(general.pk), "client_id": str(uuid.uuid4()), "text": str(number)}
        await a.send({"type": "message.send", "ref": 1000 + number, **fields})
    await a.close()
    assert await off_loop(Message.objects.count) == 20


async def test_what_comes_together_leaves_as_one_frame_in_order(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    b = await connect(bob)
    await b.settle()
    envelopes = await sent(alice, general, 5)
    typing = Envelope(f"room.{general.pk}", json.dumps({"type": "typing.started"}), droppable=True)
    hub.hub.handle_all([envelopes[1], envelopes[0], typing, *envelopes[2:]])
    output = await b.wire.receive_output(5)
    frames = json.loads(output["text"])
    assert [frame["type"] for frame in frames] == [*["message.created"] * 2, "typing.started", *["message.created"] * 3]
    assert [json.dumps(frame) for frame in frames if "rev" in frame] == [
        json.dumps(json.loads(envelope.text)) for envelope in envelopes
    ]
