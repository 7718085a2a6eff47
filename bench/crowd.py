"""Many sockets on one server, what they send, and whether everything arrived: each message, once, in order."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from bench.dialects import Found, body
from bench.plan import Plan
from bench.servers import Server
from bench.wire import Wire, now

CONNECT_AT_ONCE = 40
QUIET = 5.0  # seconds without anything new before what is missing counts as lost


class Verdict(NamedTuple):
    """How many of the deliveries were missing, came twice, or came after a later one of their room."""

    deliveries: int
    missing: int
    doubled: int
    out_of_order: int


@dataclass
class Crowd:
    """The sockets of a plan's people. `timed` keeps when each message arrived where."""

    server: Server
    plan: Plan
    deflate: bool = False
    timed: bool = False
    wires: list[Wire] = field(default_factory=list)
    sent: dict[int, list[int]] = field(default_factory=dict)  # room: numbers of messages
    sent_at: dict[int, float] = field(default_factory=dict)
    clock: list[tuple[float, list[Found]]] = field(default_factory=list)
    total: int = 0  # messages and acknowledgements that arrived
    closed: int = 0
    last_at: float = 0.0
    _numbers: count[int] = field(default_factory=lambda: count(1))

    # --- Told by the sockets ---

    def arrived(self, found: list[Found]) -> None:
        self.total += len(found)
        if self.timed:
            self.clock.append((now(), found))

    def lost(self, wire: Wire) -> None:
        self.closed += 1

    # --- Doing ---

    async def connect(self, people: Iterable[int] | None = None) -> None:
        """Sign in everybody (or these), a few at a time."""
        waiting = deque(people if people is not None else range(self.plan.people))
        await asyncio.gather(*(self._connect_from(waiting) for _ in range(CONNECT_AT_ONCE)))
        self.wires.sort(key=lambda wire: wire.number)

    async def _connect_from(self, waiting: deque[int]) -> None:
        while waiting:
            await self.connect_one(waiting.popleft())

    async def connect_one(self, person: int) -> Wire:
        room = self.plan.room_of(person)
        port = self.server.ports[person % len(self.server.ports)]
        token, room_id = self.server.tokens[person], self.server.room_ids[room]

        def make() -> Wire:
            return Wire(self, self.server.dialect, person, room_id, token, self.deflate)

        _, wire = await asyncio.get_running_loop().create_connection(make, "127.0.0.1", port)
        await asyncio.wait_for(wire.ready, 60)
        self.wires.append(wire)
        return wire

    def send(self, wire: Wire) -> int:
        """Send the next message to the socket's room; return its number, which is also its `ref`."""
        number = next(self._numbers)
        self.sent.setdefault(self.plan.room_of(wire.number), []).append(number)
        frame = self.server.dialect.send(number, wire.room, str(uuid.uuid4()), body(number))
        self.sent_at[number] = now()
        wire.say(frame)
        return number

    async def send_all(self, senders: Sequence[Wire], messages: int, outstanding: int) -> None:
        """Let each sender send `messages`, `outstanding` of them unanswered at a time; wait for the last answer."""
        left, unanswered = {wire.number: messages for wire in senders}, messages * len(senders)
        done = asyncio.Event()

        def answered(wire: Wire) -> None:
            nonlocal unanswered
            unanswered -= 1
            if left[wire.number]:
                left[wire.number] -= 1
                self.send(wire)
            if not unanswered:
                done.set()

        for wire in senders:
            wire.on_ack = lambda ref, seq, wire=wire: answered(wire)
        for wire in senders:
            for _ in range(min(outstanding, messages)):
                left[wire.number] -= 1
                self.send(wire)
        await self._patiently(done)

    async def say_every(self, senders: Sequence[Wire], pause: float, until: float) -> None:
        """Let them take turns, one message every `pause` seconds, until the moment `until`."""
        due, number = now(), 0
        while now() < until:
            self.send(senders[number % len(senders)])
            number, due = number + 1, due + pause
            await asyncio.sleep(max(0.0, due - now()))

    async def _patiently(self, done: asyncio.Event) -> None:
        while not done.is_set():
            before = self.total
            try:
                await asyncio.wait_for(done.wait(), 2 * QUIET)
            except TimeoutError:
                if self.total == before:
                    return

    async def settle(self) -> float:
        """Wait until everything has arrived, or nothing more comes. Return when the last of it did."""
        expected = self.expected() + sum(map(len, self.sent.values()))
        before, self.last_at = self.total, now()
        while self.total < expected and now() - self.last_at < QUIET:
            await asyncio.sleep(0.002)
            if self.total > before:
                before, self.last_at = self.total, now()
        return self.last_at

    def close(self) -> None:
        for wire in self.wires:
            wire.transport.abort()

    # --- Judging ---

    def expected(self) -> int:
        return sum(len(numbers) * len(self.plan.rooms[room]) for room, numbers in self.sent.items())

    def verdict(self) -> Verdict:
        missing = doubled = out_of_order = 0
        for wire in self.wires:
            events = [(int(seq), int(number)) for ref, _, seq, number in wire.got if not ref]
            numbers = [number for _, number in events]
            wanted = self.sent.get(self.plan.room_of(wire.number), [])
            missing += len(set(wanted) - set(numbers))
            doubled += len(numbers) - len(set(numbers))
            out_of_order += after_later([seq for seq, _ in events])
        return Verdict(self.expected(), missing, doubled, out_of_order)

    def latencies(self) -> list[float]:
        """Return the seconds from sending to arriving, of each delivery, sorted (`timed` only)."""
        return sorted(
            moment - self.sent_at[int(number)] for moment, found in self.clock for ref, _, _, number in found if not ref
        )


def after_later(seqs: Iterable[int]) -> int:
    """Count those that come after one that is later."""
    highest = late = 0
    for seq in seqs:
        late += seq < highest
        highest = max(highest, seq)
    return late
