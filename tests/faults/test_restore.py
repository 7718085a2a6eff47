"""A backup is restored: numbers are used again for other changes, and nobody mistakes the ones for the others."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.faults.people import Person, until
from tests.faults.test_kill import reconnected
from tests.services import ROOT, Server, servers

pytestmark = pytest.mark.asyncio
SQLITE = {"DATABASE_URL": ""}


async def pair(server: Server) -> tuple[str, Person, Person]:
    alice, bob = await Person(server, "alice").register(), await Person(server, "bob").register()
    room = (await alice.rest("POST", "/rooms", {"kind": "public", "name": "General"})).json()["room"]["id"]
    await bob.rest("PUT", f"/rooms/{room}/members/me")
    await asyncio.gather(alice.connect(), bob.connect())
    return room, alice, bob


def new_epoch(server: Server) -> None:
    environment = os.environ | {"CHATFLOW_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "config.settings"} | SQLITE
    told = subprocess.run(
        [sys.executable, "manage.py", "new_epoch"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.startswith("1 rooms have a new epoch")


async def test_everybody_ends_with_what_was_restored() -> None:
    with servers(1, **SQLITE) as (server,):
        room, alice, bob = await pair(server)
        await alice.say(room, "before the backup")
        kept, copy = server.data / "chatflow.sqlite3", server.data / "backup"
        with closing(sqlite3.connect(kept)) as running, closing(sqlite3.connect(copy)) as backup:
            running.backup(backup)  # beside the running server
        for number in range(3):
            await alice.say(room, f"lost {number}")
        await until(lambda: len(bob.texts(room)) == 4)
        await asyncio.to_thread(server.stop)
        for file in server.data.glob("chatflow.sqlite3*"):
            file.unlink()
        shutil.copy(copy, kept)
        await asyncio.to_thread(new_epoch, server)
        await asyncio.to_thread(server.start)
        await reconnected(alice)
        for number in range(3):  # the same numbers for other messages
            await alice.say(room, f"said anew {number}")
        await reconnected(bob)
        wanted = ["before the backup", *(f"said anew {number}" for number in range(3))]
        await until(lambda: bob.texts(room) == wanted and alice.texts(room) == wanted)
        await asyncio.gather(alice.close(), bob.close())


async def test_open_sockets_are_reset_within_seconds() -> None:
    with servers(1, **SQLITE) as (server,):
        room, alice, bob = await pair(server)
        await alice.say(room, "still here")
        await asyncio.to_thread(new_epoch, server)
        await until(lambda: "reset" in modes(bob), within=10)
        assert bob.texts(room) == ["still here"]
        answer = await alice.say(room, "and going on")
        assert answer["type"] == "ack"
        await until(lambda: bob.texts(room) == ["still here", "and going on"])
        await asyncio.gather(alice.close(), bob.close())


def modes(person: Person) -> list[str]:
    return [event["changes"]["mode"] for event in person.events if event["type"] == "room.changes"]
