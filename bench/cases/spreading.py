"""fanout2, rooms2 and bytes: two web processes, and what travels."""

from __future__ import annotations

import asyncio

from bench.cases.figures import Ask, Case, Figures, Goal, Meter, judged
from bench.cases.talking import speak
from bench.crowd import Crowd
from bench.plan import Plan, many_rooms, one_room
from bench.servers import Server, started

PAIR = ("chatflow", "socketio")


def fanout2(ask: Ask) -> Figures:
    """fanout on two web processes with Redis between them; every other member is on the second one."""
    plan = one_room(200)
    with started(ask.subject, ask.store, plan, processes=2) as server:
        return asyncio.run(speak(server, plan, senders=4, messages=ask.times(400, 40) // 4, outstanding=16))


def rooms2(ask: Ask) -> Figures:
    """rooms on two web processes: every room's members are on both."""
    plan = many_rooms(100, 10)
    with started(ask.subject, ask.store, plan, processes=2) as server:
        return asyncio.run(speak(server, plan, senders=plan.people, messages=ask.times(30, 2), outstanding=1))


def sizes(ask: Ask) -> Figures:
    """Bytes received for each delivered message by clients that offer to inflate: alone, and 64 unanswered at a time."""
    plan = one_room(200)
    with started(ask.subject, ask.store, plan, COMPRESS="1") as server:
        return asyncio.run(_sizes(server, plan, ask.times(100, 20)))


async def _sizes(server: Server, plan: Plan, messages: int) -> Figures:
    crowd = Crowd(server, plan, deflate=True)
    await crowd.connect()
    meter = Meter(server)
    single = await _received(crowd, senders=1, messages=messages, outstanding=1)
    meter.stop()
    cpu = meter.cpu / (messages * plan.people) * 1e6
    busy = await _received(crowd, senders=4, messages=messages, outstanding=16)
    crowd.close()
    return judged({"bytes_alone": single, "bytes_busy": busy, "us_per_delivery_alone": cpu}, crowd, meter)


async def _received(crowd: Crowd, senders: int, messages: int, outstanding: int) -> float:
    """Return the bytes per delivery to those who only listen."""
    listeners = crowd.wires[10:]
    bytes_before = sum(wire.received for wire in listeners)
    await crowd.send_all(crowd.wires[:senders], messages, outstanding)
    await crowd.settle()
    return (sum(wire.received for wire in listeners) - bytes_before) / (senders * messages * len(listeners))


CASES = (
    Case("fanout2", PAIR, ("postgres",), fanout2, (Goal("us_per_delivery", 6),)),
    Case("rooms2", PAIR, ("postgres",), rooms2, (Goal("messages_per_s", 1, below=False, of_peer=True),)),
    Case(
        "bytes",
        PAIR,
        ("sqlite",),
        sizes,
        (Goal("bytes_alone", 0.5, of_peer=True), Goal("bytes_busy", 0.5, of_peer=True)),
    ),
)
