"""fanout, rooms and paced: messages that are kept and then delivered."""

from __future__ import annotations

import asyncio
import statistics

from bench.cases.figures import Ask, Case, Figures, Goal, Meter, judged
from bench.crowd import Crowd
from bench.plan import Plan, many_rooms, one_room
from bench.servers import Server, started
from bench.wire import now

BOTH, PEERS = ("sqlite", "postgres"), ("chatflow", "socketio", "channels")


def fanout(ask: Ask) -> Figures:
    """One room of 200, 4 senders with 16 messages outstanding each."""
    plan = one_room(200)
    with started(ask.subject, ask.store, plan) as server:
        return asyncio.run(speak(server, plan, senders=4, messages=ask.times(400, 40) // 4, outstanding=16))


def rooms(ask: Ask) -> Figures:
    """100 rooms of 10; everybody sends 30 messages, one at a time, all at once."""
    plan = many_rooms(100, 10)
    with started(ask.subject, ask.store, plan) as server:
        return asyncio.run(speak(server, plan, senders=plan.people, messages=ask.times(30, 2), outstanding=1))


async def speak(server: Server, plan: Plan, senders: int, messages: int, outstanding: int) -> Figures:
    crowd = Crowd(server, plan)
    await crowd.connect()
    await _warm(crowd, senders)
    meter, started_at, before = Meter(server), now(), crowd.expected()
    kept = sum(map(len, crowd.sent.values()))
    await crowd.send_all(crowd.wires[:senders], messages, outstanding)
    answered = now() - started_at
    took = await crowd.settle() - started_at
    meter.stop()
    deliveries, sent = crowd.expected() - before, sum(map(len, crowd.sent.values())) - kept
    crowd.close()
    values = {
        "us_per_delivery": meter.cpu / deliveries * 1e6,
        "us_per_message": meter.cpu / sent * 1e6,
        "deliveries_per_s": deliveries / took,
        "messages_per_s": sent / answered,
    }
    return judged(values, crowd, meter)


async def _warm(crowd: Crowd, senders: int) -> None:
    """Let each sender send once: connections are open, code is compiled, rights are remembered."""
    await crowd.send_all(crowd.wires[:senders], 1, 1)
    await crowd.settle()


def paced(ask: Ask) -> Figures:
    """200 members, 20 messages a second for 10 s: how long until each has each."""
    plan = one_room(200)
    with started(ask.subject, ask.store, plan) as server:
        return asyncio.run(_paced(server, plan, ask.times(200, 40)))


async def _paced(server: Server, plan: Plan, messages: int) -> Figures:
    crowd = Crowd(server, plan)
    await crowd.connect()
    await _warm(crowd, 4)
    crowd.timed, meter, due = True, Meter(server), now()
    for number in range(messages):
        due += 0.05
        await asyncio.sleep(due - now())
        crowd.send(crowd.wires[number % 4])
    await crowd.settle()
    meter.stop()
    crowd.close()
    hundredths = statistics.quantiles(crowd.latencies(), n=100)
    values = {"p50_ms": hundredths[49] * 1000, "p99_ms": hundredths[98] * 1000}
    return judged(values, crowd, meter)


CASES = (
    Case("fanout", PEERS, BOTH, fanout, (Goal("us_per_delivery", 4.7), Goal("deliveries_per_s", 105_000, below=False))),
    Case(
        "rooms",
        PEERS,
        BOTH,
        rooms,
        (
            Goal("messages_per_s", 3790, below=False, store="sqlite"),
            Goal("messages_per_s", 2770, below=False, store="postgres"),
        ),
    ),
    Case(
        "paced",
        PEERS,
        BOTH,
        paced,
        (
            Goal("p50_ms", 2.0, store="sqlite"),
            Goal("p99_ms", 4.2, store="sqlite"),
            Goal("p50_ms", 3.0, store="postgres"),
            Goal("p99_ms", 5.8, store="postgres"),
        ),
    ),
)
