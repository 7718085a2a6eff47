"""A push service and the browsers behind it: real HTTP, real keys; what arrives is decrypted as a browser does."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass
class Browser:
    """One subscription: only it can read what is sent to its endpoint."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def subscription(self, label: str = "Test browser") -> dict[str, Any]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": text(point), "auth": text(self.auth)}, "label": label}

    def read(self, body: bytes) -> dict[str, Any]:
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return dict(json.loads(opened))


@dataclass
class Push:
    """One request that reached the service."""

    path: str
    headers: dict[str, str]
    body: bytes


class PushService:
    """Takes pushes at `url`; answers with `status`, or with what `statuses` says next."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.got: list[Push] = []
        self.status = 201
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}

    def take(self, push: Push) -> int:
        self.got.append(push)
        return self.statuses.pop(0) if self.statuses else self.status

    def browser(self) -> Browser:
        return Browser(f"{self.url}/push/{secrets.token_hex(8)}")

    def shown_to(self, browser: Browser) -> list[dict[str, Any]]:
        """Return what the browser got, decrypted."""
        return [browser.read(push.body) for push in self.got if browser.endpoint.endswith(push.path)]

    def notes_of(self, browser: Browser) -> list[dict[str, Any]]:
        """Return the messages it was told of."""
        return [note for note in self.shown_to(browser) if note["kind"] == "message"]


def claims(push: Push) -> tuple[dict[str, Any], str]:
    """Return what the VAPID header says, checked with the key in it, and that key."""
    scheme, _, rest = push.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    raw = urlsafe_b64decode(parts["k"] + "=" * (-len(parts["k"]) % 4))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    return jwt.decode(parts["t"], key, algorithms=["ES256"], options={"verify_aud": False}), parts["k"]


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def push_service() -> Iterator[PushService]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(service.take(Push(self.path, named, body)))
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def dripping(answer: bytes, pause: float) -> Iterator[str]:
    """Answer one connection byte by byte, `pause` seconds apart; give the server's host and port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()

        def drip() -> None:
            with suppress(OSError), server.accept()[0] as caller:
                for byte in answer:
                    if done.wait(pause):
                        return
                    caller.sendall(bytes([byte]))

        thread = threading.Thread(target=drip)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        done.set()
        thread.join()
