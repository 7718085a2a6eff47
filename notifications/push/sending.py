"""Hand a sealed payload to a push service."""

from __future__ import annotations

import socket
import ssl
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from core import clock
from core.addresses import NotPublic, lookups, public_address
from core.deadline import cut_after
from core.errors import Invalid
from notifications.push.endpoints import is_allowed, require_endpoint
from notifications.push.sealing import authorization, sealed

WITHIN = 10.0  # seconds to connect, and then for everything together
MOST_WAIT = 3600.0  # seconds a service may ask us to wait
_lookups = lookups("push")
Urgency = Literal["very-low", "low", "normal", "high"]


class Unreachable(Exception):
    """There was no answer, or there may be no asking."""


class Target(NamedTuple):
    """Where a push goes and for whom it is sealed."""

    endpoint: str
    p256dh: str
    auth: str


class Answer(NamedTuple):
    """What the push service said; `wait` is how many seconds it asks for, 0 if it does not."""

    status: int
    wait: float = 0.0

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The browser has no such subscription any more."""
        return self.status in (404, 410)

    @property
    def worth_a_retry(self) -> bool:
        return self.status == 429 or self.status >= 500


def send(target: Target, payload: bytes, *, ttl: int, urgency: Urgency, topic: str) -> Answer:
    """Send; `topic` names what replaces it while it waits, `ttl` (seconds) how long it may. Raises `Unreachable`."""
    headers = {
        "Authorization": authorization(target.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl),
        "Urgency": urgency,
        "Topic": topic_name(topic),
    }
    return _post(target.endpoint, sealed(payload, target.p256dh, target.auth), headers)


def topic_name(text: str) -> str:
    """Return a name of 32 characters, as a Topic must be, that tells a push service nothing."""
    return sha256(text.encode()).hexdigest()[:32]


def _post(endpoint: str, body: bytes, headers: dict[str, str]) -> Answer:
    """POST without following anything. The address that was checked is the one that is called."""
    parts = urlsplit(endpoint)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        require_endpoint(endpoint)
        connection = _Pinned(
            parts.hostname or "", parts.port, is_secure=parts.scheme == "https", free=is_allowed(parts)
        )
        try:
            connection.connect()
            with cut_after(WITHIN, connection.sock):
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                return Answer(answer.status, _seconds(answer.headers.get("Retry-After", "")))
        finally:
            connection.close()
    except (OSError, HTTPException, NotPublic, Invalid) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:200]) from None


class _Pinned(HTTPConnection):
    """Connects to a public address of the host and to no other; `free` hosts may be anywhere."""

    def __init__(self, host: str, port: int | None, *, is_secure: bool, free: bool) -> None:
        super().__init__(host, port or (443 if is_secure else 80), timeout=WITHIN)
        self._is_secure, self._is_free = is_secure, free
        if is_secure:
            self.default_port = 443  # the Host header names the port only where it is another

    def connect(self) -> None:
        address = self.host if self._is_free else public_address(self.host, self.port, _lookups)
        plain = socket.create_connection((address, self.port), WITHIN)
        self.sock = _trust().wrap_socket(plain, server_hostname=self.host) if self._is_secure else plain


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _seconds(text: str) -> float:
    """Read Retry-After: seconds or a date."""
    if text.isascii() and text.isdigit():
        return min(float(text), MOST_WAIT)
    try:
        return min(max(0.0, (parsedate_to_datetime(text) - clock.now()).total_seconds()), MOST_WAIT)
    except (ValueError, TypeError):
        return 0.0
