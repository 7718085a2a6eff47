"""The hub delivers a room in order of `rev`, whatever order the envelopes come in, and reads what does not come."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core.events import Envelope, set_transport
from messaging.serializers import ChangesOut
from messaging.services.history import changes_since, page_of
from messaging.services.sending import send_message
from realtime.healing import HEAL_AFTER
from realtime.lots import Lots
from realtime.running import Running
from realtime.snapshot import Snapshot, all_ready
from realtime.sockets import Socket
from realtime.topics import Topic
from rooms.models import Room
from tests.realtime.chat import off_loop
from tests.realtime.conftest import Connect


def envelope(rev: int) -> Envelope:
    return Envelope("room.1", f'{{"rev":{rev}}}', rev)


@given(st.permutations(range(1, 12)), st.lists(st.integers(1, 11), max_size=8))
def test_any_order_with_any_repetition_is_delivered_once_and_in_order(order: list[int], again: list[int]) -> None:
    topic = Topic("room.1", 1, rev=0)
    delivered = [found.rev for rev in [*order, *again] for found in topic.take(envelope(rev))]
    assert delivered == list(range(1, 12))
    assert not topic.has_gap


@given(st.sets(st.integers(1, 30)), st.integers(0, 30))
def test_after_healing_only_what_is_newer_follows(came: set[int], healed: int) -> None:
    topic = Topic("room.1", 1, rev=0)
    before = [found.rev for rev in sorted(came) for found in topic.take(envelope(rev))]
    reached = topic.rev or 0
    after = [found.rev for found in topic.advance(healed)]
    assert before == list(range(1, reached + 1))
    assert after == list(range(max(healed, reached) + 1, (topic.rev or 0) + 1))


def test_nothing_is_delivered_before_the_head_is_known() -> None:
    topic = Topic("room.1", 1)
    assert topic.take(envelope(6)) == topic.take(envelope(5)) == []
    assert [found.rev for found in topic.advance(4)] == [5, 6]


def test_what_has_no_place_in_the_order_passes_at_once() -> None:
    topic = Topic("room.1", 1, rev=0)
    topic.take(envelope(5))
    assert topic.take(envelope(0)) == [envelope(0)]


async def sent(alice: User, room: Room, count: int) -> list[Envelope]:
    """Send messages whose envelopes are caught instead of delivered."""
    caught: list[Envelope] = []
    before = set_transport(caught.append)
    for number in range(count):
        await off_loop(
            send_message,
            actor=alice,
            room_id=room.pk,
            client_id=f"00000000-0000-4000-8000-{number:012}",
            text=f"{number}",
        )
    set_transport(before)
    return caught


@pytest.mark.asyncio
async def test_envelopes_in_disorder_are_heard_in_order(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    b = await connect(bob)
    envelopes = await sent(alice, general, 8)
    random.Random(7).shuffle(envelopes)  # noqa: S311
    for found in envelopes:
        hub.hub.handle(found)
    heard = [event["message"]["text"] for event in await b.quiet() if event["type"] == "message.created"]
    assert heard == [str(number) for number in range(8)]


@pytest.mark.asyncio
async def test_a_gap_is_read_from_the_database(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    b = await connect(bob)
    envelopes = await sent(alice, general, 4)
    hub.hub.handle(envelopes[0])
    hub.hub.handle(envelopes[3])
    healed = await b.hear("room.changes")
    assert [message["text"] for message in healed["changes"]["messages"]] == ["1", "2", "3"]
    assert healed["rev"] == general.rev + 4
    first = await b.hear("message.created")
    assert first["message"]["text"] == "0"
    assert [event["type"] for event in await b.quiet() if "rev" in event] == []


@pytest.mark.asyncio
async def test_what_is_only_late_is_not_read(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process's events come late under load: the gap moves on, so nothing is lost."""
    b = await connect(bob)
    envelopes = await sent(alice, general, 4)
    topic = hub.hub.topics[f"room.{general.pk}"]
    read: list[int] = []
    monkeypatch.setattr("realtime.healing.changes_since", lambda room_id, *_: read.append(room_id))
    monkeypatch.setattr(Topic, "stands_for", lambda topic, seconds: False)
    for early in (envelopes[1], envelopes[3]):
        hub.hub.handle(early)
        await asyncio.sleep(3 * HEAL_AFTER)
    assert topic.healing  # it goes on looking
    hub.hub.handle_all([envelopes[0], envelopes[2]])
    heard = [event["message"]["text"] for event in await b.quiet() if event["type"] == "message.created"]
    assert (heard, read) == (["0", "1", "2", "3"], [])


@pytest.mark.asyncio
async def test_what_came_while_it_was_read_is_not_heard_twice(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    b = await connect(bob)
    envelopes = await sent(alice, general, 4)

    def late(room_id: int, after: int, epoch: str | None) -> ChangesOut:
        found = changes_since(room_id, after, epoch)
        hub.hub.work.loop.call_soon_threadsafe(hub.hub.handle_all, envelopes[:3])
        return found

    monkeypatch.setattr("realtime.healing.changes_since", late)
    hub.hub.healing.begin(hub.hub.topics[f"room.{general.pk}"], 0)
    healed = await b.hear("room.changes")
    assert [message["text"] for message in healed["changes"]["messages"]] == ["3"]
    assert healed["changes"]["after"] == general.rev + 3
    assert [event["message"]["text"] for event in b.heard if event["type"] == "message.created"] == ["0", "1", "2"]


@pytest.mark.asyncio
async def test_what_nobody_told_is_found_by_the_sweep(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    b = await connect(bob)
    await sent(alice, general, 2)
    await hub.sweeper.sweep()
    healed = await b.hear("room.changes")
    assert [message["text"] for message in healed["changes"]["messages"]] == ["0", "1"]


@pytest.mark.asyncio
async def test_a_page_whose_change_nobody_told_is_read_anew_after_the_sweep(
    hub: Running, monkeypatch: pytest.MonkeyPatch, alice: User, bob: User, general: Room
) -> None:
    """As when a process was killed that could not reach Redis; nobody here has a socket in the room."""

    def newest() -> list[str]:
        page = page_of(actor=bob, room_id=general.pk, before=None, after=None, around=None, limit=50)
        return [message.text for message in page.messages]

    assert await off_loop(newest) == []
    with monkeypatch.context() as cut_off:
        cut_off.setattr("rooms.services.counter.raise_heads", lambda heads: None)
        await sent(alice, general, 1)
    assert await off_loop(newest) == []
    await hub.sweeper.sweep()
    assert await off_loop(newest) == ["0"]


@pytest.mark.asyncio
async def test_a_restored_backup_resets_the_room(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    b = await connect(bob)
    await hub.sweeper.sweep()
    await off_loop(Room.objects.filter(pk=general.pk).update, epoch="restored", rev=1)
    await hub.sweeper.sweep()
    reset = await b.hear("room.changes")
    assert (reset["changes"]["mode"], reset["changes"]["epoch"], reset["rev"]) == ("reset", "restored", 1)
    assert hub.hub.topics[f"room.{general.pk}"].rev == 1


@pytest.mark.asyncio
async def test_a_message_between_joining_and_the_snapshot_arrives(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent after the socket joined its topics and after the snapshot was read, but before `ready` left."""

    def ready_then_message(sockets: Sequence[Socket]) -> list[Snapshot | Exception]:
        ready = all_ready(sockets)
        send_message(
            actor=alice, room_id=general.pk, client_id="00000000-0000-4000-8000-000000000001", text="just then"
        )
        return ready

    monkeypatch.setattr(hub.arrivals, "ready", Lots(hub.hub.db, hub.hub.spawn, ready_then_message))
    b = await connect(bob)
    entry = next(entry for entry in b.ready["rooms"] if entry["room"]["id"] == str(general.pk))
    heard = await b.hear("message.created")
    assert heard["message"]["text"] == "just then"
    assert heard["rev"] == entry["room"]["rev"] + 1
