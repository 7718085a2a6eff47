"""Zulip's law: what was known before, plus the events, is what a fresh look shows. For every event type.

The same scenario writes `tests/contract/events.json`, which the client's tests read; run with `CONTRACT=write` to renew it.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Role, User
from accounts.services.sessions import end_session
from core import clock
from messaging.models import Attachment, Purpose, State
from messaging.services.changing import delete_message, edit_message
from messaging.services.pinning import pin_message, unpin_message
from messaging.services.reacting import add_reaction, remove_reaction
from messaging.services.sending import send_message
from moderation.models import HeldMessage
from moderation.services.appeals import appeal
from moderation.services.holding import release
from moderation.services.lifting import lift
from moderation.services.sanctions import impose
from privacy.models import Export
from privacy.services.exporting import make_export
from realtime.running import Running
from rooms.models import Room
from rooms.services.blocking import block_person
from rooms.services.members import add_member, change_role, join_room, leave_room, remove_member
from rooms.services.rooms import archive_room, create_room, update_room
from tests.clients import Api
from tests.factories import make_user
from tests.realtime.chat import Chat, off_loop
from tests.realtime.conftest import Connect
from tests.realtime.state import RoomState

pytestmark = pytest.mark.asyncio
CONTRACT = Path(__file__).parent.parent / "contract" / "events.json"
PROTOCOL = Path(__file__).parent.parent.parent / "docs" / "protocol.md"


async def known(user: User, room_id: int) -> RoomState:
    """Return what a client that looks now would know, through the public door."""

    def look() -> RoomState:
        api = Api(user)
        page = json.loads(api.get(f"/rooms/{room_id}/messages", {"limit": 100}).content)
        members = json.loads(api.get(f"/rooms/{room_id}/members").content)
        entry = json.loads(api.get(f"/rooms/{room_id}").content)
        return RoomState(
            rev=page["rev"],
            epoch=page["epoch"],
            room=entry["room"],
            messages={message["id"]: message for message in page["messages"]},
            members={member["user_id"]: member for member in members["results"]},
        )

    return await off_loop(look)  # type: ignore[no-any-return]


async def everything(alice: User, bob: User, carol: User, room: Room) -> None:
    """Do everything that can be done in a room, once or more."""

    async def act(service: Any, actor: User, **fields: Any) -> Any:
        return await off_loop(service, actor=actor, **fields)

    async def send(actor: User, text: str, reply_to: int | None = None, file_ids: Sequence[int] = ()) -> int:
        place = {"room_id": room.pk, "client_id": str(uuid.uuid4()), "reply_to": reply_to}
        sent = await act(send_message, actor, text=text, file_ids=file_ids, **place)
        return int(sent.message.id)

    first = await send(alice, "hello @bob and @room", file_ids=[await off_loop(lambda: arrived(alice, room))])
    second = await send(bob, "hello back", first)
    await act(edit_message, alice, message_id=first, text="hello, all")
    await act(add_reaction, bob, message_id=first, emoji="👍")
    await act(add_reaction, alice, message_id=first, emoji="👍")
    await act(remove_reaction, bob, message_id=first, emoji="👍")
    await act(pin_message, alice, message_id=first)
    await act(unpin_message, alice, message_id=first)
    await act(pin_message, alice, message_id=first)
    await act(delete_message, bob, message_id=second)
    await act(add_member, alice, room_id=room.pk, user_id=carol.pk)
    await act(change_role, alice, room_id=room.pk, user_id=bob.pk, role="moderator")
    await act(update_room, bob, room_id=room.pk, name="Renamed", topic="All of it", posting="moderators")
    await act(remove_member, alice, room_id=room.pk, user_id=carol.pk)
    await act(archive_room, alice, room_id=room.pk, archived=True)
    await act(archive_room, alice, room_id=room.pk, archived=False)


def arrived(owner: User, room: Room) -> int:
    """Return a picture that is in the store and has been drawn."""
    file = Attachment(owner=owner, purpose=Purpose.MESSAGE, state=State.READY, room_id=room.pk, name="sea.jpg")
    file.key, file.thumbnail, file.media_type = "files/ab/abcd", "thumbnails/ab/abcd", "image/jpeg"
    file.size, file.width, file.height = 48_000, 1200, 800
    file.save()
    return file.pk


async def test_snapshot_and_events_equal_a_new_snapshot(
    connect: Connect, alice: User, bob: User, carol: User, general: Room
) -> None:
    a = await connect(alice)
    state = await known(alice, general.pk)
    await everything(alice, bob, carol, general)
    b = await connect(bob)
    await b.ask("read.advance", room_id=str(general.pk), seq=99)
    await a.hear("read.advanced", user_id=str(bob.pk))
    a.heard.append({"type": "read.advanced", **(await _receipt(alice, bob, general))})
    for event in await a.quiet():
        if event.get("room_id") == str(general.pk):
            state.apply(event)
    fresh = await known(alice, general.pk)
    assert state.rev == fresh.rev
    assert not state.has_gap
    assert state.present() == fresh.present()


async def _receipt(viewer: User, reader: User, room: Room) -> dict[str, Any]:
    member = (await known(viewer, room.pk)).members[str(reader.pk)]
    return {
        "room_id": str(room.pk),
        "user_id": member["user_id"],
        "last_read_seq": member["last_read_seq"],
        "read_mark": member["read_mark"],
    }


async def test_what_was_missed_from_any_point_on_equals_a_new_snapshot(
    connect: Connect, alice: User, bob: User, carol: User, general: Room
) -> None:
    """Resume works from every cursor there ever was, not only from the latest one."""
    a = await connect(alice)
    states = [await known(alice, general.pk)]
    await everything(alice, bob, carol, general)
    for event in [event for event in await a.quiet() if "rev" in event]:
        later = RoomState(
            states[-1].rev,
            states[-1].epoch,
            dict(states[-1].room),
            dict(states[-1].messages),
            dict(states[-1].members),
        )
        later.apply(event)
        states.append(later)
    fresh = await known(alice, general.pk)
    assert len(states) == fresh.rev - general.rev + 1
    for state in states:
        cursor = {"epoch": state.epoch, "rev": state.rev}
        answer = await a.ask("sync", rooms={str(general.pk): cursor})
        state.take(answer["data"]["rooms"][str(general.pk)])
        assert state.present() == fresh.present()


def judged(author: User, room: Room) -> None:
    """Hold a message back and release it."""
    held = HeldMessage.objects.create(
        author_id=author.pk, room_id=room.pk, client_id=str(uuid.uuid4()), text="held", rule_id=1, rule_name="Rule"
    )
    release(actor=make_user("desk", role=Role.MODERATOR), held_id=held.pk)


async def every_event(a: Chat, alice: User, bob: User, carol: User, hub: Running) -> list[dict[str, Any]]:
    """Make every event of the protocol happen before alice's socket, and return what it heard."""
    general = (await off_loop(create_room, actor=alice, kind="public", name="Contract")).room
    await off_loop(join_room, actor=bob, room_id=general.pk)
    b = await Chat(bob).open()
    await everything(alice, bob, carol, general)
    await b.ask("typing.start", room_id=str(general.pk))
    await b.ask("typing.stop", room_id=str(general.pk))
    await b.ask("presence.set", status="idle")
    await b.ask("read.advance", room_id=str(general.pk), seq=99)
    await off_loop(lambda: Api(alice).patch("/me", {"status_text": "contract"}))
    await off_loop(block_person, actor=alice, user_id=carol.pk)
    await off_loop(judged, alice, general)
    await off_loop(lambda: Api(alice).post("/me/export"))
    await off_loop(make_export.func, alice.pk, clock.iso((await off_loop(Export.objects.get)).asked_at))
    await off_loop(lambda: Api(alice).patch("/notifications", {"room_level": "all"}))
    choice = {"level": "all", "muted_until": "9999-12-31T00:00:00.000Z"}
    await off_loop(lambda: Api(alice).put(f"/rooms/{general.pk}/notifications", choice))
    await off_loop(change_role, actor=alice, room_id=general.pk, user_id=bob.pk, role="owner")
    await off_loop(change_role, actor=bob, room_id=general.pk, user_id=alice.pk, role="member")
    moderators = {"actor": bob, "room_id": general.pk, "user_id": alice.pk}
    await off_loop(impose, **moderators, kind="mute", minutes=10, reason="Calm down")
    muted = await off_loop(impose, **moderators, kind="mute", minutes=20, reason="Calm down, really")
    await off_loop(appeal, actor=alice, sanction_id=muted.pk, text="I am calm")
    await off_loop(lift, actor=bob, sanction_id=muted.pk)
    await a.settle()
    hub.hub.topics[f"room.{general.pk}"].rev = 1
    hub.hub.healing.begin(hub.hub.topics[f"room.{general.pk}"], 0)
    changes = await a.hear("room.changes")
    await off_loop(leave_room, actor=alice, room_id=general.pk)
    removed = await a.hear("room.removed")
    await off_loop(end_session, user_id=alice.pk, session_id=a.session_id)
    await a.closed()
    await b.close()
    return [*a.heard, changes, removed]


async def test_the_contract_has_a_sample_of_every_event(hub: Running, alice: User, bob: User, carol: User) -> None:
    a = await Chat(alice).open()
    heard = await every_event(a, alice, bob, carol, hub)
    samples: dict[str, list[Any]] = {}
    for event in heard:
        if len(samples.setdefault(event["type"], [])) < 2:
            samples[event["type"]].append(event)
    documented = set(re.findall(r"`([a-z]+\.[a-z]+)`", PROTOCOL.read_text().split("### Events")[1].split("###")[0]))
    assert set(samples) == documented
    if os.environ.get("CONTRACT") == "write":
        text = json.dumps({"ready": a.ready, "events": samples}, indent=1, ensure_ascii=False, sort_keys=True)
        CONTRACT.write_text(text + "\n")
    kept = json.loads(CONTRACT.read_text())["events"]
    assert {kind: shape(found) for kind, found in samples.items()} == {k: shape(v) for k, v in kept.items()}


def shape(value: Any) -> Any:
    """Return the names and types of a sample, without its values: of a list, those of its first element."""
    if isinstance(value, dict):
        if value and all(name.isdigit() for name in value):
            return {"<id>": shape(next(iter(value.values())))}
        return {name: shape(part) for name, part in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__
