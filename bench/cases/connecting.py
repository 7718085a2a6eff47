"""connect: what an authenticated socket costs."""

from __future__ import annotations

import asyncio
import gc

from bench import machine
from bench.cases.figures import Ask, Case, Figures, Goal, Meter
from bench.crowd import Crowd
from bench.plan import Plan, many_rooms
from bench.servers import Server, started

SOCKETS = 500


def connect(ask: Ask) -> Figures:
    """500 people in 50 rooms of 10 open a socket each."""
    plan = many_rooms(SOCKETS // 10, 10)
    with started(ask.subject, ask.store, plan) as server:
        return asyncio.run(_connect(server, plan))


async def _connect(server: Server, plan: Plan) -> Figures:
    crowd = Crowd(server, plan)
    warm = Crowd(server, plan)
    await warm.connect(range(40))
    warm.close()
    await asyncio.sleep(1)
    gc.collect()
    memory, meter = machine.memory_bytes(server.processes), Meter(server)
    await crowd.connect()
    meter.stop()
    await asyncio.sleep(1)
    held = machine.memory_bytes(server.processes) - memory
    crowd.close()
    values = {"us_per_socket": meter.cpu / SOCKETS * 1e6, "kb_per_socket": held / SOCKETS / 1000}
    return Figures(values, None, meter.own_share)


CASES = (
    Case(
        "connect",
        ("chatflow", "socketio", "channels"),
        ("sqlite", "postgres"),
        connect,
        (Goal("us_per_socket", 1000), Goal("kb_per_socket", 20)),
    ),
)
