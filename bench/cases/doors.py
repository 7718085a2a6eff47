"""REST and start: requests a second through the other door, and how soon the second `make run` answers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from contextlib import suppress

from bench import machine
from bench.cases.figures import Ask, Case, Figures, Goal, Meter
from bench.dialects import body
from bench.plan import one_room
from bench.servers import ROOT, Server, started
from bench.wire import now
from tools.processes import free_port

CONNECTIONS = 16


def rest(ask: Ask) -> Figures:
    """16 connections that send, then list, as fast as they are answered."""
    with started(ask.subject, ask.store, one_room(CONNECTIONS)) as server:
        return asyncio.run(_rest(server, ask.times(2000, 200)))


async def _rest(server: Server, requests: int) -> Figures:
    prefix = "/api/v1" if server.dialect.path("", "") == "/ws" else ""
    path = f"{prefix}/rooms/{server.room_ids[0]}/messages"
    meter = Meter(server)
    await _requests(server, "POST", path, CONNECTIONS * 2)
    sent = await _requests(server, "POST", path, requests)
    listed = await _requests(server, "GET", f"{path}?limit=50", requests)
    meter.stop()
    values = {"sends_per_s": sent, "lists_per_s": listed, "us_per_request": meter.cpu / (2 * requests) * 1e6}
    return Figures(values, None, meter.own_share)


async def _requests(server: Server, method: str, path: str, count: int) -> float:
    """Return the requests answered in a second."""
    began, left = now(), iter(range(count))
    await asyncio.gather(*(_client(server, person, method, path, left) for person in range(CONNECTIONS)))
    return count / (now() - began)


async def _client(server: Server, person: int, method: str, path: str, left: object) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.ports[0])
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.tokens[person]}\r\n"
    for number in left:  # type: ignore[attr-defined]
        text = json.dumps({"client_id": str(uuid.uuid4()), "text": body(number)}) if method == "POST" else ""
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 20" not in answer.split(b"\r\n")[0]:
            raise RuntimeError(answer.decode())
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
    writer.close()


def start(ask: Ask) -> Figures:
    """Seconds from `make run` to the first page, the second time."""
    with tempfile.TemporaryDirectory(prefix="chatflow-bench-") as folder:
        first, second = _until_answered(folder), _until_answered(folder)
    return Figures({"first_s": first, "second_s": second})


def _until_answered(folder: str) -> float:
    port = free_port()
    environment = os.environ | {"CHATFLOW_DATA": folder, "PORT": str(port), "LOG_LEVEL": "WARNING"}
    with machine.on_core(machine.SERVER_CORE):
        began = time.perf_counter()
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        while not _answers(port):
            time.sleep(0.01)
        return time.perf_counter() - began
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return connection.recv(12) == b"HTTP/1.1 200"
    return False


CASES = (
    Case(
        "rest",
        ("chatflow", "socketio"),
        ("sqlite", "postgres"),
        rest,
        (
            Goal("sends_per_s", 0.5, below=False, of_peer=True),
            Goal("lists_per_s", 0.5, below=False, of_peer=True),
        ),
    ),
    Case("start", ("chatflow",), ("sqlite",), start, (Goal("second_s", 3),)),
)
