"""Asking for an upload and sending it: exactly what was signed gets in, on both stores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from core.errors import Invalid
from core.storage.names import new_key
from tests.core.storage.places import PNG, Place


def test_the_right_file_gets_in(place: Place) -> None:
    key, upload = place.ask()
    answer = place.send(upload, PNG)
    assert answer.status_code == 200, answer.text
    stored = place.store.stat(key)
    assert stored is not None
    assert (stored.size, stored.content_type) == (len(PNG), "image/png")
    assert answer.headers["ETag"] == f'"{stored.etag}"'
    assert b"".join(place.store.open(key)) == PNG


def test_an_empty_file_gets_in(place: Place) -> None:
    key, upload = place.ask(size=0, content_type="text/plain")
    assert place.send(upload, b"").status_code == 200
    stored = place.store.stat(key)
    assert stored is not None and stored.size == 0
    assert b"".join(place.store.open(key)) == b""


@pytest.mark.parametrize("body", [PNG + b"x", PNG[:-1], b"", PNG * 300], ids=["larger", "smaller", "empty", "huge"])
def test_another_size_is_refused(place: Place, body: bytes) -> None:
    key, upload = place.ask()
    assert 400 <= place.send(upload, body).status_code < 500
    assert place.store.stat(key) is None


def test_another_type_is_refused(place: Place) -> None:
    key, upload = place.ask()
    assert place.send(upload, PNG, Content_Type="text/html").status_code == 403
    assert place.store.stat(key) is None


def test_another_key_is_refused(place: Place) -> None:
    (key, upload), (other, second) = place.ask(), place.ask(size=1)
    for stolen in (upload.url.replace(key, other), _swapped(upload.url, second.url)):
        if stolen != upload.url:
            assert place.send(type(upload)("PUT", stolen, upload.headers), PNG).status_code == 403
    assert place.store.stat(other) is None


def _swapped(url: str, other: str) -> str:
    """Return the first URL's claim with the second one's signature."""
    mark = "X-Amz-Signature=" if "X-Amz-Signature=" in url else ":"
    return url.rpartition(mark)[0] + mark + other.rpartition(mark)[2]


@pytest.mark.parametrize("position", [12, 40, -1])
def test_a_changed_url_is_refused(place: Place, position: int) -> None:
    key, upload = place.ask()
    start = upload.url.index("/media/u/") if place.name == "local" else upload.url.index("X-Amz-Signature=") + 5
    at = len(upload.url) + position if position < 0 else start + position
    changed = upload.url[:at] + ("0" if upload.url[at] != "0" else "1") + upload.url[at + 1 :]
    assert place.send(type(upload)("PUT", changed, upload.headers), PNG).status_code == 403
    assert place.store.stat(key) is None


def test_after_its_end_nothing_gets_in_and_nothing_changes(place: Place) -> None:
    key, upload = place.ask()
    assert place.send(upload, PNG).status_code == 200
    before = place.store.stat(key)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5, seconds=1)):
        assert place.send(upload, PNG[::-1]).status_code == 403
    assert place.store.stat(key) == before


def test_a_link_to_read_cannot_write_and_one_to_write_cannot_read(place: Place) -> None:
    key, upload = place.ask()
    place.send(upload, PNG)
    assert place.get(upload.url).status_code in (403, 405)
    changed = type(upload)("PUT", place.link(key), upload.headers)
    assert place.send(changed, PNG[::-1]).status_code in (403, 405)
    assert b"".join(place.store.open(key)) == PNG


def test_who_signed_nothing_gets_nothing(place: Place) -> None:
    key = place.kept()
    bare = {"local": f"/media/d/{key}", "s3": place.link(key).split("?")[0]}[place.name]
    assert place.get(bare).status_code == 403
    assert place.get(bare.rpartition("/")[0]).status_code in (403, 404)


def test_two_at_once_for_one_key_leave_one_whole_file(place: Place) -> None:
    bodies = [bytes([letter]) * 300_000 for letter in b"abcdef"]
    key, upload = place.ask(size=300_000)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: place.send(upload, body), bodies))
    assert {answer.status_code for answer in answers} == {200}
    kept, stored = b"".join(place.store.open(key)), place.store.stat(key)
    assert kept in bodies
    assert stored is not None
    assert f'"{stored.etag}"' in {answer.headers["ETag"] for answer in answers}
    assert [listed.key for listed in place.store.list("tests/")] == [key]


def test_what_was_moved_is_out_of_reach_of_the_upload(place: Place) -> None:
    key, upload = place.ask()
    place.send(upload, PNG)
    checked, target = place.store.stat(key), new_key("kept")
    assert checked is not None
    place.store.move(key, target, etag=checked.etag)
    assert place.send(upload, PNG[::-1]).status_code == 200
    assert b"".join(place.store.open(target)) == PNG


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "A", "a.b", "a\0b", "a\n", "a b", "ä", ".parts/x", "a" * 201],
)
def test_what_is_not_a_key_is_refused_everywhere(place: Place, key: str) -> None:
    store = place.store
    for attempt in (
        lambda: place.store.ask_upload(key, size=1, content_type="image/png", expires=timedelta(1)),
        lambda: place.link(key),
        lambda: store.stat(key),
        lambda: store.read(key, 0, 1),
        lambda: store.open(key),
        lambda: store.write(key, [b"x"], "image/png"),
        lambda: store.move(key, new_key("tests"), etag="x"),
        lambda: store.delete([key]),
    ):
        with pytest.raises(Invalid):
            attempt()


@pytest.mark.parametrize("content_type", ["", "image", "image/png; charset=x", "image/png\r\nX: y", "Image/PNG", "ä/b"])
def test_what_is_not_a_content_type_is_refused(place: Place, content_type: str) -> None:
    with pytest.raises(Invalid):
        place.ask(content_type=content_type)
    with pytest.raises(Invalid):
        place.kept(content_type=content_type)
