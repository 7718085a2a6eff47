"""The guarded fetcher: to public addresses alone, to the very one that was checked, small, quick and plain."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from core import fetching
from core.addresses import NotPublic
from core.fetching import MOST_BYTES, Refused, fetch

HTML = ("text/html",)
Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A site of the public internet, as far as the fetcher knows; really on this machine."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.connected: list[tuple[str, int]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers.items())))
                site.pages[self.path](self)

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def says(self, path: str, body: bytes = b"<title>Hi</title>", status: int = 200, **headers: str) -> None:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in {"Content_Type": "text/html; charset=utf-8", **headers}.items():
                request.send_header(name.replace("_", "-"), value)
            request.end_headers()
            request.wfile.write(body)

        self.pages[path] = answer


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    found = Site()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()

    def look_up(host: str, port: int, _: object) -> str:
        if not host.endswith(".example"):
            raise NotPublic(host)
        return "93.184.216.34"

    def reach(address: str, port: int, seconds: float) -> socket.socket:
        found.connected.append((address, port))
        return socket.create_connection(found.server.server_address[:2], timeout=seconds)  # type: ignore[arg-type]

    monkeypatch.setattr(fetching, "public_address", look_up)
    monkeypatch.setattr(fetching, "_reach", reach)
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def test_a_page_is_fetched_from_the_address_that_was_checked(site: Site) -> None:
    site.says("/a?b=%C3%A9")
    answer = fetch("http://site.example/a?b=é", HTML)
    assert answer == ("http://site.example/a?b=é", "text/html", "utf-8", b"<title>Hi</title>")
    assert site.connected == [("93.184.216.34", 80)]
    [(_, headers)] = site.asked
    assert headers["Host"] == "site.example"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://site.example/", "file:///etc/passwd", "gopher://site.example/", "javascript:alert(1)", "//site.example/",
        "http://", "http:///x", "http://site.example:8080/", "http://site.example:22/", "https://site.example:80/",
        "http://user:pass@site.example/", "http://user@site.example/", "http://site.example/\r\nHost: x",
        "http://site.example/ x", "http://site.example:x/", "http://[::1/", "http://inside.test/", "http://127.0.0.1/",
    ],
)  # fmt: skip
def test_what_is_no_public_page_is_not_asked_for(site: Site, url: str) -> None:
    with pytest.raises(Refused):
        fetch(url, HTML)
    assert site.connected == []


def test_redirects_are_followed_and_each_is_checked(site: Site) -> None:
    site.says("/1", status=302, Location="http://other.example/2")
    site.says("/2", status=301, Location="3")
    site.says("/3")
    assert fetch("http://site.example/1", HTML).url == "http://other.example/3"
    assert len(site.connected) == 3


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1/", "http://inside.test/", "file:///etc/passwd", "http://site.example:8080/", "https://"]
)
def test_a_redirect_does_not_lead_inside(site: Site, where: str) -> None:
    site.says("/", status=302, Location=where)
    with pytest.raises(Refused):
        fetch("http://site.example/", HTML)
    assert len(site.connected) == 1


def test_a_fourth_redirect_is_one_too_many(site: Site) -> None:
    for number in range(5):
        site.says(f"/{number}", status=302, Location=f"/{number + 1}")
    with pytest.raises(Refused):
        fetch("http://site.example/0", HTML)
    assert len(site.connected) == 4


@pytest.mark.parametrize("kind", ["application/json", "image/svg+xml", "application/octet-stream", ""])
def test_other_types_are_not_taken(site: Site, kind: str) -> None:
    site.says("/", Content_Type=kind)
    with pytest.raises(Refused):
        fetch("http://site.example/", HTML)


def test_what_is_packed_is_not_unpacked(site: Site) -> None:
    site.says("/", Content_Encoding="gzip")
    with pytest.raises(Refused):
        fetch("http://site.example/", HTML)


@pytest.mark.parametrize(("size", "fits"), [(MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_a_megabyte_is_the_most(site: Site, size: int, fits: bool) -> None:
    site.says("/", b"x" * size)
    if fits:
        assert len(fetch("http://site.example/", HTML).body) == size
    else:
        with pytest.raises(Refused):
            fetch("http://site.example/", HTML)


def test_a_body_without_an_end_is_left(site: Site) -> None:
    stopped = threading.Event()

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"x" * 65536)
        except OSError:
            stopped.set()

    site.pages["/"] = endless
    with pytest.raises(Refused):
        fetch("http://site.example/", HTML)
    assert stopped.wait(10)


@pytest.mark.parametrize("what", ["headers", "body"])
def test_who_drips_is_left_when_the_time_is_over(site: Site, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    left = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        if what == "body":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        try:
            while True:
                request.wfile.write(b"H")
                request.wfile.flush()
                time.sleep(0.05)
        except OSError:
            left.set()

    site.pages["/"] = drip
    if what == "headers":
        with pytest.raises(Refused):
            fetch("http://site.example/", HTML)
    else:  # cut off in the middle, or taken as far as it came: either way it is over
        with suppress(Refused):
            fetch("http://site.example/", HTML)
    assert left.wait(10)


def test_who_does_not_answer_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(address: str, port: int, seconds: float) -> socket.socket:
        raise ConnectionRefusedError

    monkeypatch.setattr(fetching, "_reach", away)
    with pytest.raises(Refused):
        fetch("http://site.example/", HTML)
    with pytest.raises(Refused):
        fetch("https://site.example/", HTML)


def test_a_certificate_of_another_is_none(site: Site) -> None:
    """The server here speaks no TLS at all; what counts is that nothing is taken on trust."""
    with pytest.raises(Refused):
        fetch("https://site.example/", HTML)
    assert site.asked == []
