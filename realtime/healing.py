"""What a process missed of a room is read from the database and delivered in its place in the order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import msgspec

from core import metrics
from core.events import Envelope
from core.wire import encode_text
from messaging.events import room_changes
from messaging.serializers import ChangesOut
from messaging.services.history import changes_since
from realtime.frames import Frame
from realtime.topics import Topic
from rooms.heads import Head
from rooms.models import Room
from rooms.services.counter import raise_heads

# Seconds without anything new in the room after which a gap is a loss. Two threads commit in order but may publish the
# other way round, and under load another process's events are late: then the gap moves, and nothing has to be read.
HEAL_AFTER = 0.1


class Healing:
    """Closes the gaps of topics, with the hub's means: its threads, its tasks, and its ways to part and to deliver."""

    def __init__(
        self,
        db: Callable[..., Awaitable[Any]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        detach: Callable[[int, int], None],
        deliver: Callable[[Topic, Sequence[Envelope]], None],
    ) -> None:
        self._db, self._spawn, self._detach, self._deliver = db, spawn, detach, deliver

    def begin(self, topic: Topic, delay: float = HEAL_AFTER) -> None:
        """Read what this process missed of a room, after `delay` seconds; one at a time for a topic."""
        if not topic.healing:
            topic.healing = True
            self._spawn(self._heal(topic, delay))

    async def _heal(self, topic: Topic, delay: float) -> None:
        try:
            await asyncio.sleep(delay)
            if topic.rev is not None and topic.sockets and (not delay or topic.overflows or topic.stands_for(delay)):
                self._apply(topic, await self._db(changes_since, topic.room_id, topic.rev, topic.epoch or None))
        finally:
            topic.healing = False
        if topic.has_gap and topic.sockets:
            self.begin(topic)

    def _apply(self, topic: Topic, changes: ChangesOut) -> None:
        """Deliver what was read, but for events that came meanwhile by themselves. Who has left hears nothing of it."""
        restored = bool(topic.epoch) and changes.epoch != topic.epoch
        if topic.rev is not None and changes.rev <= topic.rev and not restored:
            return
        for member in changes.members:
            if member.left:
                self._detach(int(member.user_id), topic.room_id)
        metrics.gaps_healed.inc()
        if restored:
            topic.rev, topic.epoch, topic.held = None, changes.epoch, {}
        topic.deliver(changes_frame(beyond(changes, topic.rev)))
        self._deliver(topic, topic.advance(changes.rev))


def heads(room_ids: list[int]) -> dict[int, tuple[int, str]]:
    """Return {room: (rev, epoch)}, and raise the rooms' stamps, should their writer not have reached Redis."""
    rows = list(Room.objects.filter(pk__in=room_ids).values_list("pk", "rev", "access_rev", "epoch"))
    raise_heads({room_id: Head(rev, access_rev) for room_id, rev, access_rev, _ in rows})
    return {room_id: (rev, epoch) for room_id, rev, _, epoch in rows}


def beyond(changes: ChangesOut, rev: int | None) -> ChangesOut:
    """Return the changes without those up to `rev`, which have been delivered."""
    if changes.mode != "delta" or rev is None or rev <= changes.after:
        return changes
    messages = [message for message in changes.messages if message.rev > rev]
    members = [member for member in changes.members if member.rev > rev]
    return msgspec.structs.replace(changes, after=rev, messages=messages, members=members)


def changes_frame(changes: ChangesOut) -> Frame:
    return Frame(encode_text(room_changes(changes)))
