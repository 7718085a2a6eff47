"""Presence that comes together leaves as one frame for each socket, and says the same as event by event."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import Envelope, room_topic
from realtime.frames import Frame
from realtime.sockets import Socket
from realtime.topics import Topic
from realtime.wide import deliver_wide

ROOMS = st.frozensets(st.integers(1, 5), max_size=4)


class Heard:
    """A socket that keeps what is delivered to it."""

    def __init__(self, rooms: frozenset[int]) -> None:
        self.rooms, self.writes, self.events = rooms, 0, []  # type: ignore[var-annotated]

    def deliver(self, frame: Frame, droppable: bool = False) -> bool:
        found = json.loads(frame.text)
        self.events += found if isinstance(found, list) else [found]
        self.writes += 1
        return True


def heard_by(people: list[frozenset[int]], lots: list[list[Envelope]]) -> list[Heard]:
    topics = {room_topic(room): Topic(room_topic(room), room) for room in range(1, 6)}
    found: Any = [Heard(rooms) for rooms in people]
    for each in found:
        for room in each.rooms:
            topics[room_topic(room)].sockets.add(each)
    for lot in lots:
        deliver_wide(topics, lot)
    return list(found)


@given(st.lists(ROOMS, max_size=6), st.lists(ROOMS.filter(bool), max_size=8))
def test_each_hears_the_same_as_event_by_event_in_one_frame(
    people: list[frozenset[int]], changes: list[frozenset[int]]
) -> None:
    lot = [Envelope("presence", str(n), rooms=sorted(rooms), droppable=True) for n, rooms in enumerate(changes)]
    alone, together = heard_by(people, [[each] for each in lot]), heard_by(people, [lot])
    assert [each.events for each in together] == [each.events for each in alone]
    assert all(each.writes <= 1 for each in together)


@pytest.mark.asyncio
async def test_those_who_hear_the_same_share_one_frame() -> None:
    frames: list[Frame] = []

    def take(frame: Frame) -> bool:
        frames.append(frame)
        return True

    sink: Any = SimpleNamespace(take=take)
    person: Any = SimpleNamespace(pk=1)
    topic = Topic(room_topic(1), 1)
    for _ in range(3):
        socket = Socket(sink, person, person)
        socket._held = False
        topic.sockets.add(socket)
    deliver_wide({topic.name: topic}, [Envelope("presence", str(n), rooms=[1], droppable=True) for n in range(4)])
    assert [frame.text for frame in frames] == ["[0,1,2,3]"] * 3
    assert len(set(map(id, frames))) == 1
