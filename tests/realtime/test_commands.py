"""Every command over the socket: the same services as behind REST, with a clear answer to anything malformed."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from accounts.models import User
from realtime.commands import COMMANDS
from rooms.models import Room
from tests.realtime.conftest import Connect

pytestmark = pytest.mark.asyncio


async def test_a_message_reaches_both_and_is_answered_once(
    connect: Connect, alice: User, bob: User, general: Room
) -> None:
    a, b = await connect(alice), await connect(bob)
    sent = await a.say(general.pk, "hello")
    for chat in (a, b):
        event = await chat.hear("message.created")
        assert event["message"] == sent
        assert event["rev"] == sent["rev"] == sent["seq"] == general.rev + 1
        assert event["author"]["username"] == "alice"
    assert [event["type"] for event in await b.quiet() if event["type"].startswith("message")] == []


async def test_a_retry_is_answered_with_the_first_message_and_not_heard_again(
    connect: Connect, alice: User, bob: User, general: Room
) -> None:
    a, b = await connect(alice), await connect(bob)
    again = {"room_id": str(general.pk), "client_id": str(uuid.uuid4()), "text": "once"}
    first, second = await a.ask("message.send", **again), await a.ask("message.send", **again)
    assert first["data"] == second["data"]
    await b.hear("message.created")
    assert [event for event in await b.quiet() if event["type"] == "message.created"] == []


async def test_edit_react_and_delete_are_heard_with_the_whole_message(
    connect: Connect, alice: User, bob: User, general: Room
) -> None:
    a, b = await connect(alice), await connect(bob)
    message = await a.say(general.pk, "draft")
    await a.ask("message.edit", message_id=message["id"], text="final", expected_rev=message["rev"])
    assert (await b.hear("message.updated"))["message"]["text"] == "final"
    await b.ask("reaction.add", message_id=message["id"], emoji="👍")
    added = await a.hear("reaction.added")
    assert added["message"]["reactions"] == [{"emoji": "👍", "user_ids": [str(bob.pk)]}]
    await b.ask("reaction.remove", message_id=message["id"], emoji="👍")
    assert (await a.hear("reaction.removed"))["message"]["reactions"] == []
    answer = await a.ask("message.delete", message_id=message["id"])
    deleted = await b.hear("message.deleted")
    assert deleted["message"] == answer["data"]["message"]
    assert deleted["message"]["text"] == ""


async def test_reading_is_seen_by_others_and_moves_back_only_on_purpose(
    connect: Connect, alice: User, bob: User, general: Room
) -> None:
    a, b = await connect(alice), await connect(bob)
    first, second = await a.say(general.pk, "one"), await a.say(general.pk, "two")
    read = await b.ask("read.advance", room_id=str(general.pk), seq=second["seq"])
    assert read["data"]["membership"]["unread"] == 0
    receipt = await a.hear("read.advanced")
    assert (receipt["user_id"], receipt["last_read_seq"]) == (str(bob.pk), second["seq"])
    assert "rev" not in receipt
    again = await b.ask("read.advance", room_id=str(general.pk), seq=first["seq"])
    assert again["data"]["membership"]["last_read_seq"] == second["seq"]
    back = await b.ask("read.rewind", room_id=str(general.pk), seq=first["seq"])
    assert back["data"]["membership"]["unread"] == 2
    assert (await a.hear("read.advanced"))["read_mark"] > receipt["read_mark"]


async def test_typing_is_heard_and_needs_the_right_to_post(
    connect: Connect, alice: User, bob: User, carol: User, general: Room
) -> None:
    a, b, c = await connect(alice), await connect(bob), await connect(carol)
    await b.ask("typing.start", room_id=str(general.pk))
    assert (await a.hear("typing.started"))["user_id"] == str(bob.pk)
    await b.ask("typing.stop", room_id=str(general.pk))
    await a.hear("typing.stopped")
    refused = await c.ask("typing.start", room_id=str(general.pk))
    assert refused["error"]["code"] == "not_found"
    assert await c.quiet() == []


OUTSIDE: list[tuple[str, dict[str, Any]]] = [
    ("message.send", {"room_id": "room", "client_id": str(uuid.uuid4()), "text": "hi"}),
    ("message.edit", {"message_id": "message", "text": "hi"}),
    ("message.delete", {"message_id": "message"}),
    ("reaction.add", {"message_id": "message", "emoji": "👍"}),
    ("reaction.remove", {"message_id": "message", "emoji": "👍"}),
    ("preview.remove", {"message_id": "message"}),
    ("message.pin", {"message_id": "message"}),
    ("message.unpin", {"message_id": "message"}),
    ("read.advance", {"room_id": "room", "seq": 1}),
    ("read.rewind", {"room_id": "room", "seq": 1}),
    ("typing.start", {"room_id": "room"}),
    ("typing.stop", {"room_id": "room"}),
    ("presence.list", {"room_id": "room"}),
]


@pytest.mark.parametrize(("kind", "fields"), OUTSIDE, ids=[kind for kind, _ in OUTSIDE])
async def test_for_an_outsider_there_is_nothing_and_nobody_hears_of_it(
    connect: Connect, alice: User, carol: User, general: Room, kind: str, fields: dict[str, Any]
) -> None:
    a, c = await connect(alice), await connect(carol)
    message = await a.say(general.pk, "for members")
    known = {"room": str(general.pk), "message": message["id"]}
    made_up = {"room": "4611686018427387904", "message": "4611686018427387904"}
    await a.quiet()
    hidden = await c.ask(kind, **{name: known.get(value, value) for name, value in fields.items()})
    absent = await c.ask(kind, **{name: made_up.get(value, value) for name, value in fields.items()})
    assert hidden["error"] == absent["error"]
    assert hidden["error"]["code"] == "not_found"
    assert await a.quiet() == []
    assert await c.quiet() == []


async def test_sync_tells_an_outsider_only_that_the_room_is_not_theirs(
    connect: Connect, carol: User, general: Room
) -> None:
    c = await connect(carol)
    answer = await c.ask(
        "sync", rooms={str(general.pk): {"epoch": general.epoch, "rev": 0}, "12": {"epoch": "", "rev": 0}}
    )
    rooms = answer["data"]["rooms"]
    assert {name: part["mode"] for name, part in rooms.items()} == {str(general.pk): "gone", "12": "gone"}
    assert {**rooms[str(general.pk)], "room_id": ""} == {**rooms["12"], "room_id": ""}


async def test_every_command_that_touches_a_room_is_tried_by_the_outsider() -> None:
    personal = {"presence.set", "ping", "sync"}
    assert {kind for kind, _ in OUTSIDE} == set(COMMANDS) - personal


DEEP = "[" * 40 + "]" * 40
MALFORMED: list[tuple[str, str, int | None]] = [
    ("{", "protocol.json", None),
    ("[]", "protocol.json", None),
    ('"text"', "protocol.json", None),
    ("[" * 100_00 + "]" * 100_00, "protocol.json", None),
    (f'{{"type":"ping","ref":1,"x":{DEEP}}}', "protocol.json", None),
    ('{"type":"ping","ref":1,"x":"\\ud800"}', "protocol.json", None),
    ('{"type":"ping"}', "invalid", None),
    ('{"type":"ping","ref":"1"}', "invalid", None),
    ('{"type":"ping","ref":true}', "invalid", None),
    ('{"ref":1}', "protocol.unknown_type", 1),
    ('{"type":7,"ref":1}', "protocol.unknown_type", 1),
    ('{"type":["ping"],"ref":1}', "protocol.unknown_type", 1),
    ('{"type":"websocket.close","ref":1}', "protocol.unknown_type", 1),
    ('{"type":"__class__","ref":1}', "protocol.unknown_type", 1),
    ('{"type":"auth","ref":1,"ticket":"x"}', "protocol.order", 1),
    ('{"type":"ping","ref":1,"extra":1}', "invalid", 1),
    ('{"type":"message.send","ref":1}', "invalid", 1),
    ('{"type":"message.send","ref":1,"room_id":5,"client_id":"x","text":"y"}', "invalid", 1),
    ('{"type":"message.send","ref":1,"room_id":{"$ne":1},"client_id":"x","text":"y"}', "invalid", 1),
    ('{"type":"typing.start","ref":1,"room_id":"-1"}', "invalid", 1),
    ('{"type":"typing.start","ref":1,"room_id":"1\\n"}', "invalid", 1),
    ('{"type":"typing.start","ref":1,"room_id":"9999999999999999999"}', "not_found", 1),
    ('{"type":"read.advance","ref":1,"room_id":"1","seq":-1}', "invalid", 1),
    ('{"type":"read.advance","ref":1,"room_id":"1","seq":1.5}', "invalid", 1),
    ('{"type":"read.advance","ref":1,"room_id":"1","seq":1e300}', "invalid", 1),
    ('{"type":"presence.set","ref":1,"status":"dancing"}', "invalid", 1),
    ('{"type":"sync","ref":1,"rooms":[]}', "invalid", 1),
    ('{"type":"sync","ref":1,"rooms":{"x":{"epoch":"","rev":0}}}', "invalid", 1),
]


@pytest.mark.parametrize(("frame", "code", "ref"), MALFORMED)
async def test_a_malformed_frame_gets_a_clear_error_and_the_socket_lives(
    connect: Connect, alice: User, caplog: pytest.LogCaptureFixture, frame: str, code: str, ref: int | None
) -> None:
    a = await connect(alice)
    await a.send(frame)
    error = await a.next_frame()
    assert (error["type"], error["ref"], error["error"]["code"]) == ("error", ref, code)
    assert (await a.ask("ping"))["type"] == "ack"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_binary_frame_is_refused(connect: Connect, alice: User) -> None:
    a = await connect(alice)
    await a.wire.send_to(bytes_data=b"\x00\x01")
    assert (await a.next_frame())["error"]["code"] == "protocol.binary"


async def test_who_keeps_sending_nonsense_is_shown_out(connect: Connect, alice: User) -> None:
    a = await connect(alice)
    for _ in range(21):
        await a.send("nonsense")
    assert await a.closed() == 4400


async def test_who_is_too_fast_is_told_to_wait_and_then_shown_out(connect: Connect, alice: User, settings: Any) -> None:
    settings.RATE_LIMITS = True
    a = await connect(alice)
    for number in range(70):
        await a.send(json.dumps({"type": "ping", "ref": number}))
    assert await a.closed() == 4429
    slowed = [frame["error"] for frame in a.heard if frame["type"] == "error"]
    assert {error["code"] for error in slowed} == {"rate_limited"}
    assert all(error["retry_after"] > 0 for error in slowed)
