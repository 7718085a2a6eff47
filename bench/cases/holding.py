"""many and storm: more sockets than one looks at, and all of them at once."""

from __future__ import annotations

import asyncio
import json
import random
import statistics

from bench import machine
from bench.cases.figures import Ask, Case, Figures, Goal, Meter, judged
from bench.crowd import Crowd, Verdict
from bench.dialects import masked
from bench.plan import Plan, many_rooms, overlapping
from bench.servers import Server, started
from bench.wire import Wire, now

PING = masked(b'{"type":"ping","ref":0}')
HEARTBEAT = 25.0  # seconds
JITTER = 3.0  # seconds: clients come back after a random part of it (docs/protocol.md, Close codes)
ROOMS_EACH, MISSED = 20, 5


def many(ask: Ask) -> Figures:
    """10,000 sockets in rooms of 50; 100 of them talk, 50 messages a second in all; everybody keeps the heartbeat."""
    plan = many_rooms(ask.times(200, 20), 50)
    with started(ask.subject, ask.store, plan) as server:
        return asyncio.run(_many(server, plan, 60.0 if ask.scale >= 1 else 30.0))


async def _many(server: Server, plan: Plan, seconds: float) -> Figures:
    crowd = Crowd(server, plan)
    await crowd.connect()
    crowd.timed, until, meter = True, now() + seconds, Meter(server)
    beats = Heartbeats(crowd)
    beating = asyncio.gather(*(beats.keep(wire, until) for wire in crowd.wires))
    talkers = [wire for wire in crowd.wires if wire.number % 100 == 0]
    await crowd.say_every(talkers, 0.02, until)
    await beating
    await crowd.settle()
    meter.stop()
    hundredths = statistics.quantiles(crowd.latencies(), n=100)
    values = {
        "sockets": plan.people,
        "server_mb": machine.memory_bytes(server.processes) / 1e6,
        "p50_ms": hundredths[49] * 1000,
        "p99_ms": hundredths[98] * 1000,
        "heartbeats_missed": beats.sent - beats.answered,
        "closed": crowd.closed,
        "server_core_share": meter.cpu / meter.seconds,
    }
    crowd.close()
    return judged(values, crowd, meter)


class Heartbeats:
    """Pings as a client does; counts them and their answers."""

    def __init__(self, crowd: Crowd) -> None:
        self.sent = self.answered = 0
        self._chatflow = crowd.server.dialect.path("", "") == "/ws"

    async def keep(self, wire: Wire, until: float) -> None:
        wire.on_data = self._seen
        await asyncio.sleep(random.uniform(0, HEARTBEAT))
        while self._chatflow and now() < until:
            self.sent += 1
            wire.say(PING)
            await asyncio.sleep(HEARTBEAT)

    def _seen(self, data: bytes) -> None:
        self.answered += data.count(b'"heads"')


def storm(ask: Ask) -> Figures:
    """After a restart 5,000 sockets come back within 3 s, each with 20 rooms of 100 and 5 missed messages in each."""
    plan = overlapping(ask.times(5000, 500), ROOMS_EACH, 100, MISSED)
    with started(ask.subject, ask.store, plan) as server:
        return asyncio.run(_storm(server, plan))


async def _storm(server: Server, plan: Plan) -> Figures:
    crowd, rooms = Crowd(server, plan), plan.rooms_of
    meter, began = Meter(server), now()
    back = [Comeback(crowd, person, rooms[person]) for person in range(plan.people)]
    took = sorted(await asyncio.gather(*(each.run() for each in back)))
    meter.stop()
    verdict = Verdict(
        plan.people * ROOMS_EACH * MISSED,
        sum(each.missing() for each in back),
        sum(each.doubled() for each in back),
        0,
    )
    values = {
        "all_caught_up_s": took[-1] - began,
        "median_caught_up_s": statistics.median(took) - began,
        "refused": sum(each.refused for each in back),
        "us_per_socket": meter.cpu / plan.people * 1e6,
        "server_mb": machine.memory_bytes(server.processes) / 1e6,
    }
    crowd.close()
    return Figures(values, verdict, meter.own_share)


class Comeback:
    """One client that connects again, as often as it takes, and asks for what it missed."""

    def __init__(self, crowd: Crowd, person: int, rooms: list[int]) -> None:
        self._crowd, self._person, self._rooms = crowd, person, rooms
        self.refused = 0
        self.wire: Wire | None = None
        self._answered = asyncio.Event()

    async def run(self) -> float:
        """Return the moment when everything had arrived, or when a minute had passed."""
        await asyncio.sleep(random.uniform(0, JITTER))
        while self.wire is None:
            try:
                self.wire = await self._crowd.connect_one(self._person)
            except (OSError, TimeoutError):
                self.refused += 1
                await asyncio.sleep(random.uniform(0, JITTER))
        self.wire.on_data = self._seen
        ids = [self._crowd.server.room_ids[room] for room in self._rooms]
        cursors = {room_id: {"epoch": EPOCH, "rev": 1} for room_id in ids}
        self.wire.say(masked(json.dumps({"type": "sync", "ref": 1, "rooms": cursors}).encode()))
        try:
            await asyncio.wait_for(self._answered.wait(), 60)
        except TimeoutError:
            self.refused += 1
        return now()

    def _seen(self, data: bytes) -> None:
        if b'"type":"error"' in data:
            self.refused += 1
        if b'"more"' in data:
            self._answered.set()

    def _numbers(self) -> list[int]:
        return [int(number) for ref, _, _, number in (self.wire.got if self.wire else []) if not ref]

    def missing(self) -> int:
        wanted = {number for room in self._rooms for number in self._crowd.plan.numbers_of(room)}
        return len(wanted - set(self._numbers()))

    def doubled(self) -> int:
        return len(self._numbers()) - len(set(self._numbers()))


EPOCH = "bench"  # bench/seed.py gives it to every room

CASES = (
    Case(
        "many",
        ("chatflow", "socketio"),
        ("sqlite",),
        many,
        (Goal("server_mb", 400), Goal("heartbeats_missed", 0), Goal("closed", 0), Goal("p99_ms", 100)),
    ),
    Case(
        "storm",
        ("chatflow",),
        ("sqlite", "postgres"),
        storm,
        (Goal("all_caught_up_s", 30), Goal("refused", 0)),
    ),
)
