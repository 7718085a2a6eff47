"""The large site as plain processes: nginx as shipped in deploy/, two web processes, a worker, Redis, PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.people import Person, until
from tests.faults.test_kill import reconnected
from tests.faults.test_metrics import TOKEN, scrape
from tests.services import ROOT, Server, Worker, postgres, redis, required, servers
from tools.processes import Nginx

pytestmark = pytest.mark.asyncio
PEOPLE, EACH = 8, 40


@dataclass
class Door:
    """The address of the proxy."""

    port: int
    url: str


@contextmanager
def proxy(web: list[Server], folder: Path) -> Iterator[Door]:
    """Run nginx with the shipped configuration, moved to free ports and a folder of its own."""
    running = Nginx(required("nginx"), folder / "nginx.conf")
    text = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text()
    for number, server in enumerate(web, start=1):
        text = text.replace(f"server web-{number}:8000", f"server 127.0.0.1:{server.port}")
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{running.port};").replace("/tmp/", f"{folder}/")  # noqa: S108
    assert not re.search(r"web-\d|8080", text)
    who = "user root;\n" if os.geteuid() == 0 else ""
    running.configuration.write_text(f"daemon off;\n{who}{text}")
    running.start()
    try:
        yield Door(running.port, f"http://127.0.0.1:{running.port}")
    finally:
        running.stop()


@dataclass
class Site:
    door: Door
    web: list[Server]
    worker: Worker


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    with postgres() as database, redis() as shared:
        url = database.make_database("chatflow")
        environment = {"DATABASE_URL": url, "REDIS_URL": shared.url, "TRUSTED_PROXIES": "1", "METRICS_TOKEN": TOKEN}
        with servers(2, JOBS="worker", **environment) as web, proxy(web, folder) as door:
            worker = Worker(web[0].data, **web[0].environment).start()
            yield Site(door, web, worker)
            worker.stop()


async def crowd(door: Door) -> tuple[str, list[Person]]:
    people = [await Person(door, f"person{number}").register() for number in range(PEOPLE)]
    room = (await people[0].rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
    for person in people[1:]:
        assert (await person.rest("PUT", f"/rooms/{room}/members/me")).status_code == 200
    for person in people:
        await person.connect()
    return room, people


async def talk(person: Person, room: str) -> list[str]:
    """Send everything in order, as a client with an outbox does; return what was acknowledged."""
    acknowledged = []
    for number in range(EACH):
        text, client_id = f"{person.username} {number}", str(uuid.uuid4())
        while text not in acknowledged:
            try:
                answer = await person.say(room, text, client_id)
                assert answer["type"] == "ack", answer
                acknowledged.append(text)
            except Exception:  # noqa: BLE001 - whatever broke: connect anew and send the same again
                await reconnected(person)
        await asyncio.sleep(0.05)
    return acknowledged


async def test_one_of_two_processes_is_killed_under_load_and_nothing_is_lost(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        web = running.web
        room, people = await crowd(running.door)
        await asyncio.sleep(2.5)  # the numbers are from the last sweep
        assert all([(await scrape(server))["chatflow_sockets_open"] > 0 for server in web])

        async def kill_both_in_turn() -> None:
            for server in web:
                await asyncio.sleep(1)
                server.kill()
                await asyncio.to_thread(server.start)

        *acknowledged, _ = await asyncio.gather(*(talk(person, room) for person in people), kill_both_in_turn())
        wanted = Counter(text for texts in acknowledged if texts for text in texts)
        assert len(wanted) == PEOPLE * EACH
        for person in people:
            if person.close_code is not None:
                await reconnected(person)
        await until(lambda: all(Counter(person.texts(room)) == wanted for person in people), within=30)
        first = people[0].texts(room)
        assert all(person.texts(room) == first for person in people)
        for person in people:
            own = [text for text in first if text.startswith(f"{person.username} ")]
            assert own == [f"{person.username} {number}" for number in range(EACH)]
        await asyncio.gather(*(person.close() for person in people))


ENQUEUE = """
import django, sys; django.setup()
from core.jobs import flush, later
from tests.core.work import note
later(note, *sys.argv[1:])
flush(10)
"""


async def test_jobs_of_the_servers_are_done_by_the_worker_also_by_one_that_was_killed(tmp_path: Path) -> None:
    told = tmp_path / "told"

    def enqueue(text: str) -> None:
        """Hand a job over with the very surroundings of a web process."""
        there = running.web[0].surroundings(DJANGO_SETTINGS_MODULE="config.settings")
        command = [sys.executable, "-c", ENQUEUE, str(told), text]
        subprocess.run(command, cwd=ROOT, env=there, check=True, timeout=60)

    def done() -> list[str]:
        return told.read_text().splitlines() if told.exists() else []

    with site(tmp_path) as running:
        enqueue("first")
        await until(lambda: done() == ["first"])
        running.worker.kill()
        enqueue("while nobody was there")
        await asyncio.sleep(2)
        assert done() == ["first"]  # no server does it
        await asyncio.to_thread(running.worker.start)
        await until(lambda: done() == ["first", "while nobody was there"])


async def test_what_is_not_for_everybody_does_not_go_through_the_proxy(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        stranger = Person(running.door, "stranger")
        stranger.access = TOKEN
        answers = {path: await stranger.rest("GET", f"/../..{path}") for path in ("/metrics", "/readyz", "/healthz")}
        assert {path: answer.status_code for path, answer in answers.items()} == {
            "/metrics": 404,
            "/readyz": 404,
            "/healthz": 200,
        }


async def test_two_processes_that_start_at_once_on_an_empty_database_both_come_up(tmp_path: Path) -> None:
    with postgres() as database, redis() as shared:
        environment = {"DATABASE_URL": database.make_database("chatflow"), "REDIS_URL": shared.url}
        folders = [tmp_path / "one", tmp_path / "two"]  # two machines share no file
        for folder in folders:
            folder.mkdir()
        both = [Server(folder, **environment) for folder in folders]
        try:
            with ThreadPoolExecutor(2) as at_once:
                list(at_once.map(lambda server: server.start(), both))
        finally:
            for server in both:
                server.stop()
