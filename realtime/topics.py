"""One topic in this process: who listens, and for rooms the order in which they hear. No I/O here."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field

from core import metrics
from core.events import Envelope
from realtime.frames import Frame
from realtime.sockets import Socket

MOST_HELD = 1_000  # about a megabyte; beyond, the gap is read however much it moves


@dataclass(slots=True, eq=False)
class Topic:
    """`rev` is the last one delivered here; None until it is known, which holds everything back."""

    name: str
    room_id: int = 0
    sockets: set[Socket] = field(default_factory=set)
    rev: int | None = None
    epoch: str = ""
    moved_at: float = field(default_factory=time.monotonic)
    subscribed: bool = False
    held: dict[int, Envelope] = field(default_factory=dict)
    healing: bool = False

    def take(self, envelope: Envelope) -> list[Envelope]:
        """Return what may be delivered now, in order of `rev`: nothing, this one, or this one and those it freed.

        What was delivered before is dropped; what is ahead of a gap is held until the gap closes or is healed.
        """
        if envelope.rev == 0:
            return [envelope]
        if self.rev is not None and envelope.rev <= self.rev:
            return []
        self.held[envelope.rev] = envelope
        return self.freed()

    def freed(self) -> list[Envelope]:
        """Return the held ones that follow `rev` without a hole."""
        ready: list[Envelope] = []
        while self.rev is not None and (found := self.held.pop(self.rev + 1, None)) is not None:
            self.rev += 1
            ready.append(found)
        if ready:
            self.moved_at = time.monotonic()
        return ready

    def advance(self, rev: int) -> list[Envelope]:
        """Everything up to `rev` is known here from the database; return what that freed."""
        self.rev = max(rev, self.rev or 0)
        self.moved_at = time.monotonic()
        self.held = {number: envelope for number, envelope in self.held.items() if number > self.rev}
        return self.freed()

    def stands_for(self, seconds: float) -> bool:
        """Return whether nothing has come in its order for so long."""
        return time.monotonic() - self.moved_at >= seconds

    @property
    def has_gap(self) -> bool:
        return bool(self.held)

    @property
    def overflows(self) -> bool:
        return len(self.held) > MOST_HELD

    def deliver(self, frame: Frame, droppable: bool = False, events: int = 1) -> None:
        deliver_to(tuple(self.sockets), frame, droppable, events)


def deliver_to(sockets: Collection[Socket], frame: Frame, droppable: bool = False, events: int = 1) -> None:
    """Hand one frame with so many events to many sockets, and count it once for all of them."""
    written = 0
    for socket in sockets:
        written += socket.deliver(frame, droppable)
    metrics.events_delivered.inc(len(sockets) * events)
    metrics.frames_written.inc(written)
