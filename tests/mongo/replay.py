"""A server that knows one conversation by heart: it answers what was answered when it was recorded, in that order."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import bson

HEADER = struct.Struct("<iiii")  # length, request, in answer to, kind
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
HELLO: dict[str, Any] = {
    "isWritablePrimary": True,
    "ismaster": True,
    "msg": "isdbgrid",
    "maxBsonObjectSize": 16 * 1024 * 1024,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "logicalSessionTimeoutMinutes": 30,
    "minWireVersion": 0,
    "maxWireVersion": 21,
    "ok": 1.0,
}
ALWAYS: dict[str, dict[str, Any]] = {
    "hello": HELLO,
    "ismaster": HELLO,
    "buildinfo": {"version": "7.0.0", "versionArray": [7, 0, 0, 0], "ok": 1.0},
    "endsessions": {"ok": 1.0},
    "ping": {"ok": 1.0},
}


class Replay(socketserver.ThreadingTCPServer):
    """Hands out `answers` one by one; connections may be many, the conversation is one."""

    daemon_threads = True

    def __init__(self, answers: Sequence[dict[str, Any]], **differently: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.answers, self.always = iter(answers), ALWAYS | differently
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.server_address[1]}/chatflow"

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        name = next(iter(command)).lower()
        if name in self.always:
            return self.always[name]
        with self.lock:
            return next(self.answers, {"ok": 0.0, "code": 59, "errmsg": f"nothing was recorded for this {name}"})


class Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while len(head := self.rfile.read(HEADER.size)) == HEADER.size:
            length, request, _, kind = HEADER.unpack(head)
            body = self.rfile.read(length - HEADER.size)
            assert isinstance(self.server, Replay)
            if kind == OP_QUERY:  # the first hello of a connection
                answer = bson.encode(self.server.answer(bson.decode(body[body.index(b"\0", 4) + 9 :])))
                self._send(request, OP_REPLY, struct.pack("<iqii", 0, 0, 0, 1) + answer)
            else:
                answer = bson.encode(self.server.answer(_command(body)))
                self._send(request, OP_MSG, struct.pack("<iB", 0, 0) + answer)

    def _send(self, request: int, kind: int, body: bytes) -> None:
        self.wfile.write(HEADER.pack(HEADER.size + len(body), 0, request, kind) + body)


def _command(message: bytes) -> dict[str, Any]:
    """Return the first document of an OP_MSG; the rows of an insert follow in a section of their own."""
    size = int(struct.unpack_from("<i", message, 5)[0])
    found: dict[str, Any] = bson.decode(message[5 : 5 + size])
    return found


@contextmanager
def replaying(answers: Sequence[dict[str, Any]] = (), **differently: dict[str, Any]) -> Iterator[Replay]:
    """Run it; `differently` are answers it always gives to a command (`hello`, `buildinfo`)."""
    with Replay(answers, **differently) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
