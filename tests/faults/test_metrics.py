"""The numbers of real servers: counted over all processes of a machine, also when one of them was killed."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.people import Person, until
from tests.services import Server, redis, servers

pytestmark = pytest.mark.asyncio
TOKEN = "a-token-for-the-scraper"


async def scrape(server: Server) -> dict[str, float]:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {s.name + "".join(f":{v}" for v in s.labels.values()): s.value for f in families for s in f.samples}


async def room_of(server: Server, count: int) -> tuple[str, list[Person]]:
    people = [await Person(server, f"p{number}").register() for number in range(count)]
    room = (await people[0].rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
    for person in people[1:]:
        await person.rest("PUT", f"/rooms/{room}/members/me")
    for person in people:
        await person.connect()
    return room, people


async def test_a_message_is_counted_from_its_command_to_its_frames() -> None:
    with servers(1, METRICS_TOKEN=TOKEN) as (server,):
        room, people = await room_of(server, 3)
        before = await scrape(server)
        for number in range(10):
            await people[0].say(room, f"{number}")
        await until(lambda: all(len(person.texts(room)) == 10 for person in people))
        await asyncio.sleep(2.5)  # a sweep later
        after = await scrape(server)
        grown = {name: value - before.get(name, 0) for name, value in after.items()}
        assert grown["chatflow_commands_total:ack:message.send"] == 10
        assert grown["chatflow_delivery_seconds_count"] == 10
        assert 0 < grown["chatflow_delivery_seconds_sum"] < 5
        assert grown["chatflow_events_delivered_total"] >= 30
        assert 0 < grown["chatflow_frames_written_total"] <= grown["chatflow_events_delivered_total"]
        assert after["chatflow_sockets_open"] == 3
        assert after["chatflow_sweep_seconds_count"] > 0
        await asyncio.gather(*(person.close() for person in people))
        await asyncio.sleep(0.2)
        assert (await scrape(server))["chatflow_sockets_closed_total:1000"] == 3


def children(pid: int) -> list[int]:
    """Return the server processes below the one that was started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for the processes in /proc")
async def test_whichever_process_answers_tells_of_all() -> None:
    with redis() as shared, servers(1, METRICS_TOKEN=TOKEN, REDIS_URL=shared.url, WEB_CONCURRENCY="2") as (server,):
        _, people = await room_of(server, 6)
        await asyncio.sleep(2.5)
        told = [await scrape(server) for _ in range(6)]
        assert {numbers["chatflow_sockets_open"] for numbers in told} == {6}
        assert server.process is not None
        for child in children(server.process.pid):
            os.kill(child, signal.SIGKILL)
        await until(lambda: all(person.close_code == 1006 for person in people))
        await until(server.answers, within=30)

        async def nobody_is_told_of() -> bool:
            return (await scrape(server))["chatflow_sockets_open"] == 0

        await until(nobody_is_told_of)  # when the parent has seen that both are dead
        await asyncio.gather(*(person.close() for person in people))
