"""Real programs for tests: Redis and ChatFlow's own server, each on a free port, with its data in a temporary folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tools.services import find, in_ci, reason

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 60  # seconds; a loaded machine is slow


def required(service: str) -> str:
    """Return where the service's program is. Without it a test is skipped with the reason; in CI it fails."""
    found = find(service)
    if found is None:
        (pytest.fail if in_ci() else pytest.skip)(reason(service))
    return str(found)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redis:
    """A Redis server that can be stopped and started again on its port; what was in it is then gone."""

    def __init__(self) -> None:
        self.program = required("redis")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        options = ["--port", str(self.port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        wait_for(lambda: _answers(self.port), "redis-server")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(ready: object, what: str) -> None:
    assert callable(ready)
    give_up = time.monotonic() + START_WITHIN
    while not ready():
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what} did not start")
        time.sleep(0.05)


class Server:
    """ChatFlow as `make run` starts it, with the given environment; can be killed and started again."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.environment = environment
        self.log = data / f"server-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **more: str) -> Server:
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        environment = {
            **kept,
            "CHATFLOW_DATA": str(self.data),
            "PORT": str(self.port),
            "RATE_LIMITS": "0",
            **self.environment,
            **more,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.server"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        wait_for(self._answers, f"ChatFlow (see {self.log})")
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(self.log.read_text())
        try:
            return httpx.get(f"{self.url}/api/v1/setup", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        self.stop(signal.SIGKILL)


@contextmanager
def servers(count: int, **environment: str) -> Iterator[list[Server]]:
    """Run this many servers over one data directory."""
    with tempfile.TemporaryDirectory(prefix="chatflow-server-") as folder:
        found = [Server(Path(folder), **environment) for _ in range(count)]
        try:
            for server in found:
                server.start()
            yield found
        finally:
            for server in found:
                server.stop()


@contextmanager
def redis(environment: Mapping[str, str] | None = None) -> Iterator[Redis]:
    """Run a Redis server."""
    running = Redis()
    try:
        yield running
    finally:
        running.stop()
