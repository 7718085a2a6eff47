"""Facts for the people connected right now. `publish` is called by services only, last, and sends after the commit.

Delivery is at most once by design; whoever misses an event reads the change from the database (`rev`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from core.db import on_commit
from core.wire import encode_text


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """An event on its way: encoded once, with what the hub must know without decoding it.

    `rev` is 0 for events that are not part of a room's order. `attach` (user, room, and the `rev` they know it at),
    `detach` (user, room) and `ends` (sessions) change what open sockets may hear, before the event is delivered. `rooms`
    widens the audience from the topic to everybody in any of these rooms, each socket once. `droppable` events (typing,
    presence) go first when a socket cannot keep up. `committed_at` is the Unix time, for measuring alone.
    """

    topic: str
    text: str
    rev: int = 0
    attach: list[tuple[int, int, int]] = []
    detach: list[tuple[int, int]] = []
    ends: list[int] = []
    rooms: list[int] = []
    droppable: bool = False
    committed_at: float = 0.0

    @property
    def changes_audience(self) -> bool:
        """Whether it is more than an event for those who listen to its topic."""
        return bool(self.attach or self.detach or self.ends or self.rooms)


Transport = Callable[[Envelope], None]
Watcher = Callable[[Mapping[str, Any]], None]


def room_topic(room_id: int) -> str:
    return f"room.{room_id}"


def user_topic(user_id: int) -> str:
    return f"user.{user_id}"


def _nowhere(envelope: Envelope) -> None:
    """Without a running server (a management command) nobody listens here: the servers' sweep finds the change."""


_transport: Transport = _nowhere


def set_transport(transport: Transport | None) -> Transport:
    """Choose where envelopes go; returns the one before. The composition root and the tests call this."""
    global _transport
    before, _transport = _transport, transport or _nowhere
    return before


_watchers: dict[str, Watcher] = {}


def set_watchers(watchers: Mapping[str, Watcher]) -> Mapping[str, Watcher]:
    """Choose who else hears of an event, by its type; returns those before. The composition root and the tests call this.

    A watcher runs on the sender's thread after the event has left: it must cost next to nothing. Its failure is logged.
    """
    global _watchers
    before, _watchers = _watchers, dict(watchers)
    return before


def publish(
    topic: str,
    event: Mapping[str, Any],
    *,
    attach: Sequence[tuple[int, int, int]] = (),
    detach: Sequence[tuple[int, int]] = (),
    ends: Sequence[int] = (),
    rooms: Sequence[int] = (),
    droppable: bool = False,
) -> None:
    """Send `event` to its audience once the transaction has committed; see `Envelope`. Never fails the caller."""
    envelope = Envelope(
        topic, encode_text(event), event.get("rev", 0), list(attach), list(detach), list(ends), list(rooms), droppable
    )
    on_commit(lambda: _transport(msgspec.structs.replace(envelope, committed_at=time.time())))
    if (watcher := _watchers.get(event["type"])) is not None:
        on_commit(partial(watcher, event))
