"""What passes between processes: what waits leaves together, each topic in its order."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import Envelope
from realtime.relay import EVERYBODY, MOST_GROUPS, Relay, in_runs

topics = st.integers(1, MOST_GROUPS + 3).map(lambda number: f"room.{number}")
lots = st.lists(st.tuples(topics, st.booleans()), min_size=1, max_size=30)


def envelopes(lot: list[tuple[str, bool]]) -> list[Envelope]:
    return [
        Envelope(topic, f'{{"number":{number}}}', number, detach=[(1, number)] if parts else [])
        for number, (topic, parts) in enumerate(lot)
    ]


@given(lots)
def test_everything_leaves_once_and_each_topic_in_its_order(lot: list[tuple[str, bool]]) -> None:
    waiting = envelopes(lot)
    left = [envelope for _, together in in_runs(waiting) for envelope in together]
    assert sorted(envelope.rev for envelope in left) == list(range(len(lot)))
    for topic in {envelope.topic for envelope in waiting}:
        revs = [envelope.rev for envelope in left if envelope.topic == topic]
        assert revs == sorted(revs)


@given(lots)
def test_what_changes_who_listens_keeps_its_place(lot: list[tuple[str, bool]]) -> None:
    left = [envelope for _, together in in_runs(envelopes(lot)) for envelope in together]
    for place, envelope in enumerate(left):
        if envelope.changes_audience:
            assert {earlier.rev for earlier in left[:place]} == set(range(envelope.rev))


def test_few_rooms_are_told_by_themselves_and_many_in_one_message_to_all() -> None:
    few = envelopes([(f"room.{number % MOST_GROUPS}", False) for number in range(12)])
    assert [group for group, _ in in_runs(few)] == [f"room.{number}" for number in range(MOST_GROUPS)]
    many = envelopes([(f"room.{number}", False) for number in range(MOST_GROUPS + 1)])
    assert in_runs(many) == [(EVERYBODY, many)]


def test_with_several_redis_servers_no_topic_changes_its_way() -> None:
    many = envelopes([(f"room.{number}", False) for number in range(20)])
    assert [group for group, _ in in_runs(many, most_groups=128)] == [f"room.{number}" for number in range(20)]


class Layer:
    """Keeps what is sent, and hands it to whoever receives."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def new_channel(self) -> str:
        return "here"

    async def group_add(self, group: str, channel: str) -> None:
        """Everybody hears everything here."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.sent.append((group, len(msgspec.msgpack.decode(message["envelopes"]))))
        self.messages.put_nowait(message)

    async def receive(self, channel: str) -> dict[str, Any]:
        return await self.messages.get()

    async def flush(self) -> None:
        """Nothing is kept."""


@pytest.mark.asyncio
async def test_another_process_gets_what_waited_together_as_it_was() -> None:
    layer: Any = Layer()
    arrived: asyncio.Queue[Envelope] = asyncio.Queue()

    def receive(lot: list[Envelope]) -> None:
        for envelope in lot:
            arrived.put_nowait(envelope)

    ours, theirs = Relay(layer, "ours", receive), Relay(layer, "theirs", receive)
    waiting = envelopes([("room.1", False)] * 20 + [("room.2", True)])
    for envelope in waiting:
        ours.pass_on(envelope)
    await ours.stop()
    got = [await arrived.get() for _ in waiting]
    await theirs.stop()
    assert got == waiting
    assert layer.sent == [("room.1", 20), ("room.2", 1)]
