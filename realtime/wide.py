"""Envelopes to everybody in any of several rooms: each socket hears each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.events import Envelope, room_topic
from realtime.frames import Frame, joined
from realtime.sockets import Socket
from realtime.topics import Topic, deliver_to


def deliver_wide(topics: Mapping[str, Topic], envelopes: Sequence[Envelope]) -> None:
    """Deliver what came together, all of it droppable or none: each socket gets one frame.

    Its own worth has not been measured; with the larger lots that let people arrive together: docs/performance.md.
    """
    heard: dict[Socket, list[int]] = {}
    audiences: dict[tuple[int, ...], set[Socket]] = {}
    for place, envelope in enumerate(envelopes):
        for socket in _audience(topics, envelope, audiences):
            heard.setdefault(socket, []).append(place)
    frames = [Frame(envelope.text) for envelope in envelopes]
    alike: dict[tuple[int, ...], list[Socket]] = {}
    for socket, places in heard.items():
        alike.setdefault(tuple(places), []).append(socket)
    for together, sockets in alike.items():
        frame = joined([frames[place] for place in together])
        deliver_to(sockets, frame, envelopes[together[0]].droppable, len(together))


def _audience(
    topics: Mapping[str, Topic], envelope: Envelope, known: dict[tuple[int, ...], set[Socket]]
) -> set[Socket]:
    rooms = tuple(envelope.rooms)
    if rooms not in known:
        found = [topics.get(room_topic(room_id)) for room_id in rooms]
        known[rooms] = set().union(*(topic.sockets for topic in found if topic is not None))
    own = topics.get(envelope.topic)
    return known[rooms] if own is None else known[rooms] | own.sockets
