"""Who is here: counted per socket, shown to those who share a room, with a grace before "offline"."""

from __future__ import annotations

import pytest

from accounts.models import User
from realtime import presence
from rooms.models import Room
from tests.realtime.chat import Chat
from tests.realtime.conftest import Connect

pytestmark = pytest.mark.asyncio


async def test_coming_idling_and_going_is_seen_by_those_who_share_a_room(
    connect: Connect, alice: User, bob: User, carol: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "GRACE", 0.05)
    a, c = await connect(alice), await connect(carol)
    b = await Chat(bob).open()
    assert await statuses(a, bob) == ["online"]
    await b.ask("presence.set", status="idle")
    assert await statuses(a, bob) == ["idle"]
    await b.ask("presence.set", status="online")
    assert await statuses(a, bob) == ["online"]
    await b.close()
    gone = await a.hear("presence.changed", user_id=str(bob.pk))
    assert gone["status"] == "offline"
    assert [event for event in await c.quiet() if event["type"] == "presence.changed"] == []


async def statuses(chat: Chat, of: User) -> list[str]:
    """Return what was heard of somebody's coming and going."""
    heard = [event for event in await chat.quiet() if event["type"] == "presence.changed"]
    return [event["status"] for event in heard if event["user_id"] == str(of.pk)]


async def test_a_second_tab_keeps_a_person_here(
    connect: Connect, alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "GRACE", 0.05)
    a, first = await connect(alice), await Chat(bob).open()
    await connect(bob)
    await a.hear("presence.changed", user_id=str(bob.pk))
    await first.close()
    await a.settle()
    listed = await a.ask("presence.list", room_id=str(general.pk))
    assert listed["data"]["presence"] == {str(alice.pk): "online", str(bob.pk): "online"}
    assert await statuses(a, bob) == []


async def test_in_crowded_rooms_nobody_is_told(
    connect: Connect, alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.snapshot.MOST_MEMBERS_SEEING_PRESENCE", 1)
    a = await connect(alice)
    await connect(bob)
    assert await statuses(a, bob) == []


async def test_one_active_connection_makes_a_person_online_and_expired_ones_do_not_count() -> None:
    now = 1000.0
    assert presence.status_of({}, now) == "offline"
    assert presence.status_of({"a": ("idle", 1001)}, now) == "idle"
    assert presence.status_of({"a": ("idle", 1001), "b": ("online", 1001)}, now) == "online"
    assert presence.status_of({"a": ("idle", 1001), "b": ("online", 999)}, now) == "idle"
