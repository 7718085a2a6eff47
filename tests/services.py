"""Real programs for tests: ChatFlow's own server, Redis, PostgreSQL; on free ports, with their data in temporary folders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx
import pytest

from tests.databases import fresh_database
from tools.processes import Postgres, Redis, free_port, wait_for
from tools.services import find, in_ci, reason

__all__ = [
    "ROOT",
    "Postgres",
    "Redis",
    "Server",
    "Worker",
    "free_port",
    "postgres",
    "redis",
    "required",
    "servers",
    "wait_for",
]
ROOT = Path(__file__).resolve().parent.parent


def required(service: str) -> str:
    """Return where the service's program is. Without it a test is skipped with the reason; in CI it fails."""
    found = find(service)
    if found is None:
        (pytest.fail if in_ci() else pytest.skip)(reason(service))
    return str(found)


class Server:
    """ChatFlow as `make run` starts it, with the given environment; can be killed and started again."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.environment = environment
        self.log = data / f"server-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "config.server"]

    def surroundings(self, **more: str) -> dict[str, str]:
        """Return the whole environment it runs in."""
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        own = {"CHATFLOW_DATA": str(self.data), "PORT": str(self.port), "RATE_LIMITS": "0"}
        return kept | own | self.environment | more

    def start(self, **more: str) -> Self:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.surroundings(**more), stdout=log, stderr=log
            )
        wait_for(self._is_there, f"ChatFlow (see {self.log})")
        return self

    def _is_there(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(self.log.read_text())
        return self.answers()

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v1/setup", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` over the server's data."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.surroundings(), check=check, capture_output=True, text=True, timeout=120
        )

    def post(self, path: str, **body: str) -> httpx.Response:
        return httpx.post(f"{self.url}/api/v1{path}", json=body, timeout=20).raise_for_status()

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        self.stop(signal.SIGKILL)


class Worker(Server):
    """`manage.py worker` with the given environment."""

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-u", "manage.py", "worker"]

    def start(self, **more: str) -> Self:
        self.log.unlink(missing_ok=True)
        return super().start(**more)

    def answers(self) -> bool:
        return "jobs at a time" in self.log.read_text()


@contextmanager
def servers(count: int, **environment: str) -> Iterator[list[Server]]:
    """Run this many servers over one data directory and one empty database, of the kind this run is about."""
    with tempfile.TemporaryDirectory(prefix="chatflow-server-") as folder, fresh_database() as url:
        own = {"DATABASE_URL": url, "REDIS_PREFIX": f"test-{uuid.uuid4().hex[:8]}"}
        found = [Server(Path(folder), **(own | environment)) for _ in range(count)]
        try:
            for server in found:
                server.start()
            yield found
        finally:
            for server in found:
                server.stop()


@contextmanager
def redis() -> Iterator[Redis]:
    """Run a Redis server."""
    running = Redis(required("redis"))
    running.start()
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL server without a database of its own yet."""
    running = Postgres(required("postgres"))
    try:
        running.start()
        yield running
    finally:
        running.remove()
