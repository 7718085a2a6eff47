"""The one way this server asks other sites for something on somebody's wish: guarded, small and quick.

Each address is looked up once, must be public, and is the very one that is connected to; redirects are checked the same.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from core.addresses import NotPublic, lookups, public_address
from core.deadline import cut_after

MOST_BYTES = 1024 * 1024
SECONDS = 5.0  # for everything together
MOST_REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
CHUNK = 16 * 1024
AGENT = "ChatFlow-preview/1 (+link previews)"

_lookups = lookups("fetch")


class Refused(Exception):
    """There is nothing to be had there, or nothing we would take."""


class Fetched(NamedTuple):
    """`url`: where it came from in the end. `content_type` is bare: `text/html`."""

    url: str
    content_type: str
    charset: str
    body: bytes


def fetch(url: str, types: Collection[str], within: float = SECONDS) -> Fetched:
    """Return what is at `url` if it is of one of these types; raise `Refused` else, in 5 s or `within` less."""
    give_up = time.monotonic() + min(within, SECONDS)
    for _ in range(MOST_REDIRECTS + 1):
        found = _ask(url, types, give_up)
        if isinstance(found, Fetched):
            return found
        url = urljoin(url, found)
    raise Refused("too many redirects")


def _ask(url: str, types: Collection[str], give_up: float) -> Fetched | str:
    """Make one request; return its answer, or where it leads to."""
    parts = _checked(url)
    connection = _connection(parts, _left(give_up))
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "User-Agent": AGENT,
            "Accept": ", ".join(types),
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        with cut_after(_left(give_up), connection.sock):
            connection.request("GET", target, headers=headers)
            return _taken(url, connection.getresponse(), types)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refused(type(error).__name__) from None
    finally:
        connection.close()


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usual = parts.port in (None, PORTS.get(parts.scheme))
        ascii_host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise Refused("not an address") from None
    if parts.scheme not in PORTS or not ascii_host or not usual or parts.username is not None:
        raise Refused("not an address to ask")
    if any(ord(sign) <= 0x20 or ord(sign) == 0x7F for sign in url):
        raise Refused("not an address")
    host = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    return parts._replace(netloc=host, path=_quoted(parts.path), query=_quoted(parts.query))


def _quoted(text: str) -> str:
    """Return the text as bytes of a request: what is not ASCII is percent-encoded."""
    return "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in text)


def _connection(parts: SplitResult, seconds: float) -> http.client.HTTPConnection:
    """Return a connection to the address that was checked; the name is for its certificate and its Host header."""
    host, port = parts.hostname or "", PORTS[parts.scheme]
    try:
        address = public_address(host, port, _lookups)
        reached = _reach(address, port, seconds)
        if parts.scheme == "https":
            reached = ssl.create_default_context().wrap_socket(reached, server_hostname=host)
    except (NotPublic, OSError, ValueError) as error:
        raise Refused(type(error).__name__) from None
    connection = http.client.HTTPConnection(host if ":" not in host else f"[{host}]", port, timeout=seconds)
    connection.sock = reached
    return connection


def _reach(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


def _left(give_up: float) -> float:
    left = give_up - time.monotonic()
    if left <= 0:
        raise Refused("too slow")
    return left


def _taken(url: str, answer: http.client.HTTPResponse, types: Collection[str]) -> Fetched | str:
    where = answer.getheader("Location", "")
    if answer.status in (301, 302, 303, 307, 308) and where:
        return where
    content_type = answer.headers.get_content_type()
    if answer.status != 200 or content_type not in types:
        raise Refused(f"{answer.status} {content_type}")
    if answer.getheader("Content-Encoding", "identity").lower() != "identity":
        raise Refused("packed")
    return Fetched(url, content_type, answer.headers.get_content_charset("utf-8"), _body(answer))


def _body(answer: http.client.HTTPResponse) -> bytes:
    body = bytearray()
    while chunk := answer.read(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refused("too large")
    return bytes(body)
