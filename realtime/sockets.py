"""One open socket: who it is, what it hears, and its bounded outbox. A slow reader slows nobody but itself."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime
from itertools import count
from typing import Any

from accounts.models import AuthSession, User
from core import metrics
from realtime.close import SLOW
from realtime.frames import Frame, joined
from realtime.sinks import Sink

log = logging.getLogger(__name__)
MOST_WAITING = 256  # frames
MOST_WAITING_BYTES = 1 << 20
MOST_WAIT = 10.0  # seconds the oldest may wait
NONE: frozenset[Any] = frozenset()  # one for all sockets: an empty set of its own takes 216 bytes
_numbers = count(1)


class Socket:
    """Frames go straight out while the peer keeps up; else they wait in the outbox and leave together, as one array.

    Typing and presence are dropped first. Over 256 frames, 1 MiB or 10 s behind, the socket is closed: it can resume.
    """

    __slots__ = (
        "__weakref__", "_bytes", "_closed", "_held", "_sink", "_waiting", "_writer", "crowded", "fresh", "heard_at", "number",
        "pinged_at", "rooms", "session", "status", "user",
    )  # fmt: skip

    def __init__(self, sink: Sink, user: User, session: AuthSession) -> None:
        self.number = next(_numbers)
        self.user, self.session = user, session
        self.rooms: set[int] = set()
        self.crowded: frozenset[int] = NONE  # rooms too large for presence
        self.fresh: frozenset[tuple[int, datetime]] = NONE  # memberships just changed, as it was shown them
        self.status = "online"
        self.heard_at = self.pinged_at = time.monotonic()
        self._sink = sink
        self._waiting: list[tuple[Frame, bool]] = []  # an empty deque takes 700 bytes
        self._bytes = 0
        self._held = True
        self._closed = False
        self._writer: asyncio.Task[None] | None = None

    @property
    def depth(self) -> int:
        return len(self._waiting)

    def deliver(self, frame: Frame, droppable: bool = False) -> bool:
        """Write the frame and return true, or put it in the outbox behind those that wait."""
        if self._closed:
            return False
        if not self._held and not self._waiting and self._writer is None and self._sink.take(frame):
            return True
        self._wait(frame, droppable)
        return False

    def release(self, first: Frame) -> None:
        """Send `first` (`ready`), then what gathered while it was made, then go live."""
        self._held = False
        if not self._waiting and not self._closed and self._sink.take(first):  # without the writer's task
            metrics.frames_written.inc()
            return
        self._waiting.insert(0, (first, False))
        self._bytes += len(first)
        self._write_soon()

    def close(self, code: int, reason: str = "") -> None:
        """Close with a documented code, after what waits, if the peer still reads. Nothing is delivered from here on."""
        if not self._closed:
            self._closed = True
            last = [frame for frame, _ in self._waiting] if code != SLOW and not self._held else []
            self._waiting.clear()
            self._sink.hang_up(code, reason, joined(last) if last else None)

    def gone(self) -> None:
        """The peer has gone: forget what waits for it."""
        self._closed = True
        self._waiting.clear()
        if self._writer is not None:
            self._writer.cancel()

    def _wait(self, frame: Frame, droppable: bool) -> None:
        if len(self._waiting) >= MOST_WAITING or self._bytes + len(frame) > MOST_WAITING_BYTES:
            if droppable:
                metrics.events_dropped.inc()
                return
            self._drop_droppable()
        self._waiting.append((frame, droppable))
        self._bytes += len(frame)
        # One large answer alone may be longer than the bound: it is what the client asked for.
        if len(self._waiting) > MOST_WAITING or (self._bytes > MOST_WAITING_BYTES and len(self._waiting) > 1):
            self.close(SLOW, "outbox full")
        elif not self._held:
            self._write_soon()

    def _drop_droppable(self) -> None:
        kept = [item for item in self._waiting if not item[1]]
        metrics.events_dropped.inc(len(self._waiting) - len(kept))
        self._waiting = kept
        self._bytes = sum(len(frame) for frame, _ in self._waiting)

    def _write_soon(self) -> None:
        if self._writer is None:
            self._writer = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        """Empty the outbox; whatever gathers during one flush leaves with the next, as one frame."""
        try:
            while self._waiting:
                frames = [frame for frame, _ in self._waiting]
                self._waiting.clear()
                self._bytes = 0
                await asyncio.wait_for(self._sink.drain(joined(frames)), MOST_WAIT)
                metrics.frames_written.inc()
        except TimeoutError:
            self.close(SLOW, "too slow")
        except (OSError, RuntimeError):
            self._closed = True  # the peer went while we wrote; its receive loop ends by itself
        finally:
            self._writer = None
