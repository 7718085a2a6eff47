"""The local store's own door: nothing is left of what did not work, nothing is taken in that was not granted."""

from __future__ import annotations

import os
import socket
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured

from core.errors import Unavailable
from core.storage.local import ABANDONED_AFTER, LocalStore
from core.storage.names import new_key
from core.storage.options import LocalOptions
from tests.core.storage.places import PNG, Place

HARDENED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def folder(place: Place) -> Path:
    assert isinstance(place.store, LocalStore)
    return place.store.folder


def files_in(path: Path) -> list[Path]:
    return [found for found in path.rglob("*") if found.is_file()]


def soon_empty(path: Path) -> bool:
    give_up = time.monotonic() + 10
    while files_in(path) and time.monotonic() < give_up:
        time.sleep(0.01)
    return not files_in(path)


def opened(place: Place, url: str, head: str, body: bytes) -> socket.socket:
    """Send the beginning of a request by hand, as no well-behaved client would."""
    parts = urlsplit(place.origin)
    assert parts.hostname and parts.port
    connection = socket.create_connection((parts.hostname, parts.port), timeout=10)
    connection.sendall(f"PUT {url} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n{head}\r\n\r\n".encode() + body)
    return connection


def until(condition: object) -> None:
    assert callable(condition)
    give_up = time.monotonic() + 10
    while not condition() and time.monotonic() < give_up:
        time.sleep(0.01)
    assert condition()


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=0-3"}, {"Range": "bytes=99999999-"}])
def test_every_answer_is_hardened(local: Place, inline: bool, asked: dict[str, str]) -> None:
    answer = local.get(local.link(local.kept(), inline=inline), **asked)
    assert all(answer.headers[name] == value for name, value in HARDENED.items())


def test_refusals_are_hardened_and_tell_the_code(local: Place) -> None:
    answer = local.get("/media/d/made:up:token")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert all(answer.headers[name] == value for name, value in HARDENED.items())
    assert answer.headers["Cache-Control"] == "no-store"


def test_codes_tell_larger_from_smaller(local: Place) -> None:
    _, upload = local.ask()
    larger, smaller = local.send(upload, PNG + b"x"), local.send(upload, PNG[1:])
    assert (larger.status_code, larger.json()["error"]["code"]) == (413, "too_large")
    assert (smaller.status_code, smaller.json()["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize(("parts", "status"), [(1, 400), (5, 200), (6, 413), (400, 413)])
def test_a_body_without_a_length_is_counted_while_it_streams(local: Place, parts: int, status: int) -> None:
    def body() -> Iterator[bytes]:
        yield from [bytes(10_000)] * parts

    key, upload = local.ask(size=50_000)
    answer = local.send(upload, body())
    assert answer.status_code == status
    assert (local.store.stat(key) is not None) == (status == 200)
    assert len(files_in(folder(local))) == (status == 200)


def test_an_endless_body_is_cut_off(local: Place) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        while sent < 2**30:
            sent += 2**16
            yield bytes(2**16)

    key, upload = local.ask(size=50_000)
    with suppress(httpx.TransportError):  # cut off while still sending
        assert local.send(upload, body()).status_code == 413
    assert sent < 2**26
    assert local.store.stat(key) is None
    assert soon_empty(folder(local))


def test_a_large_file_passes_through_little_memory(local: Place) -> None:
    key, upload = local.ask(size=48 * 2**20)
    tracemalloc.start()
    try:
        assert local.send(upload, (bytes(2**16) for _ in range(768))).status_code == 200
        with httpx.stream("GET", f"{local.origin}{local.link(key)}") as answer:
            assert sum(len(chunk) for chunk in answer.iter_raw()) == 48 * 2**20
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_an_upload_that_breaks_off_leaves_nothing(local: Place) -> None:
    key, upload = local.ask()
    connection = opened(local, upload.url, f"Content-Length: {len(PNG)}", PNG[:5000])
    until(lambda: files_in(folder(local)))
    connection.close()
    assert soon_empty(folder(local))
    assert local.store.stat(key) is None


def test_a_lying_length_gets_no_more_in_than_was_granted(local: Place) -> None:
    key, upload = local.ask()
    with opened(local, upload.url, f"Content-Length: {len(PNG)}", PNG + b"<script>") as connection:
        while connection.recv(1000):
            pass
    stored = local.store.stat(key)
    assert stored is None or stored.size == len(PNG)


def test_an_upload_that_stalls_is_given_up(local: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.storage.receiving.STALLED_AFTER", 0.1)
    _, upload = local.ask()
    with opened(local, upload.url, f"Content-Length: {len(PNG)}", PNG[:5000]) as connection:
        assert b" 400 " in connection.recv(100)
    assert soon_empty(folder(local))


@pytest.mark.parametrize(("method", "kind"), [("GET", "u"), ("POST", "u"), ("DELETE", "d"), ("PUT", "d")])
def test_other_methods_are_refused(local: Place, method: str, kind: str) -> None:
    answer = httpx.request(method, f"{local.origin}/media/{kind}/token")
    assert (answer.status_code, answer.headers["Allow"]) == (405, {"u": "PUT", "d": "GET"}[kind])


@pytest.mark.parametrize("path", ["/", "/media/", "/media/x/token", "/media/u", "/api/v1/me"])
def test_other_paths_belong_to_the_rest_of_the_site(local: Place, path: str) -> None:
    assert local.get(path).text == "the rest of the site"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "bytes=-", "bytes=0-1,4-5", "lines=0-1", "bytes=0-1;"])
def test_what_is_not_one_range_is_answered_with_the_whole(local: Place, asked: str) -> None:
    answer = local.get(local.link(local.kept()), Range=asked)
    assert (answer.status_code, answer.content) == (200, PNG)


def test_a_range_of_a_copy_that_is_no_longer_good_is_answered_with_the_whole(local: Place) -> None:
    link = local.link(local.kept())
    good = local.get(link).headers["ETag"]
    assert local.get(link, Range="bytes=0-3", If_Range=good).status_code == 206
    assert local.get(link, Range="bytes=0-3", If_Range='"older"').status_code == 200


def test_a_download_under_way_outlives_the_file(local: Place) -> None:
    key = local.kept(PNG * 2000)
    chunks = local.store.open(key)
    first = next(chunks)
    local.store.delete([key])
    assert first + b"".join(chunks) == PNG * 2000


def test_files_are_for_the_owner_alone(local: Place) -> None:
    local.kept()
    assert {path.stat().st_mode & 0o077 for path in files_in(folder(local))} == {0}


def test_what_a_crash_left_behind_goes_with_the_next_start(tmp_path: Path) -> None:
    store = LocalStore(LocalOptions(tmp_path))
    old, young = store.part(new_key("a"), "image/png"), store.part(new_key("a"), "image/png")
    first = min(files_in(tmp_path))
    os.utime(first, (time.time() - ABANDONED_AFTER - 60,) * 2)
    LocalStore(LocalOptions(tmp_path))
    assert len(files_in(tmp_path)) == 1
    assert not first.exists()
    old.close()
    young.close()
    assert files_in(tmp_path) == []


def test_a_disk_that_cannot_be_written_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    store = LocalStore(LocalOptions(tmp_path / "files"))
    with pytest.raises(ImproperlyConfigured, match=r"CHATFLOW_DATA: .*files"):
        store.check()


def test_a_full_disk_is_unavailable_and_leaves_nothing(local: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    key, upload = local.ask()
    monkeypatch.setattr("os.fsync", full)
    answer = local.send(upload, PNG)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    with pytest.raises(Unavailable):
        local.store.write(key, [PNG], "image/png")
    assert files_in(folder(local)) == []
