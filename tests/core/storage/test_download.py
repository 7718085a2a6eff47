"""Signed downloads: the same headers from both stores, nothing runs, ranges work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import collapse_rfc2231_value

import pytest
import time_machine

from tests.core.storage.places import PNG, Place

HARMFUL = ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/pdf", "text/javascript"]
HOSTILE = {
    "../../etc/passwd": "_.._etc_passwd",
    "C:\\windows\\win.ini": "C:_windows_win.ini",
    "a\r\nSet-Cookie: x=1": "a Set-Cookie: x=1",
    'x"; filename="x.html': "x_; filename=_x.html",
    "photo\u202egnp.exe": "photo gnp.exe",
    "\u2066\u200b\ufeff.png": "png",
    "Übung 1.pdf": "Übung 1.pdf",
    "絵文字😀.png": "絵文字😀.png",
    "": "file",
    "....": "file",
    "a" * 5000 + ".png": "a" * 146 + ".png",
    "a." + "b" * 5000: "a." + "b" * 148,
    "nul\0.txt": "nul .txt",
    "\ud800.txt": "txt",
    "100%2e.txt": "100%2e.txt",
}


def _disposition(header: str) -> tuple[str, str | None]:
    """Return what a browser makes of a Content-Disposition."""
    message = Message()
    message["Content-Disposition"] = header
    name = message.get_param("filename", header="Content-Disposition")
    return message.get_content_disposition() or "", collapse_rfc2231_value(name) if name else None


def test_a_file_leaves_as_a_download(place: Place) -> None:
    answer = place.get(place.link(place.kept(), "cat.png"))
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["Content-Type"] == "image/png"
    assert _disposition(answer.headers["Content-Disposition"]) == ("attachment", "cat.png")
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert answer.headers["Content-Length"] == str(len(PNG))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"]


@pytest.mark.parametrize("content_type", ["image/png", "image/webp", "video/mp4", "audio/ogg"])
def test_media_may_be_shown_in_place(place: Place, content_type: str) -> None:
    key = place.kept(content_type=content_type)
    answer = place.get(place.link(key, "a", content_type, inline=True))
    assert answer.headers["Content-Type"] == content_type
    assert _disposition(answer.headers["Content-Disposition"]) == ("inline", "a")


@pytest.mark.parametrize("content_type", HARMFUL)
@pytest.mark.parametrize("inline", [False, True])
def test_what_could_run_is_only_ever_saved(place: Place, content_type: str, inline: bool) -> None:
    key = place.kept(b"<script>alert(1)</script>", content_type)
    answer = place.get(place.link(key, "a.html", content_type, inline))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert _disposition(answer.headers["Content-Disposition"]) == ("attachment", "a.html")


def test_the_type_told_counts_and_not_the_one_uploaded(place: Place) -> None:
    key = place.kept(content_type="text/html")
    assert place.get(place.link(key, inline=True)).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(("name", "safe"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_hostile_names_are_only_names(place: Place, name: str, safe: str) -> None:
    answer = place.get(place.link(place.kept(), name))
    assert answer.status_code == 200
    assert _disposition(answer.headers["Content-Disposition"]) == ("attachment", safe)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-3", 206, PNG[:4]),
        ("bytes=4-", 206, PNG[4:]),
        ("bytes=-5", 206, PNG[-5:]),
        ("bytes=10-999999999", 206, PNG[10:]),
        ("bytes=0-0", 206, PNG[:1]),
        ("bytes=999999999-", 416, None),
    ],
)
def test_a_range(place: Place, asked: str, status: int, content: bytes | None) -> None:
    answer = place.get(place.link(place.kept()), Range=asked)
    assert answer.status_code == status
    if content is not None:
        assert answer.content == content
        start = len(PNG) - 5 if asked == "bytes=-5" else int(asked.removeprefix("bytes=").split("-")[0])
        assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(content) - 1}/{len(PNG)}"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_copy_that_is_still_good_is_not_sent_again(place: Place) -> None:
    link = place.link(place.kept())
    first = place.get(link)
    again = place.get(link, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("position", [30, -1, -20])
def test_a_changed_link_is_refused(place: Place, position: int) -> None:
    url = place.link(place.kept())
    at = len(url) + position if position < 0 else len(url.split("?")[0]) // 2
    changed = url[:at] + ("0" if url[at] != "0" else "1") + url[at + 1 :]
    assert place.get(changed).status_code == 403


def test_a_link_ends(place: Place) -> None:
    link = place.link(place.kept())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5, seconds=1)):
        assert place.get(link).status_code == 403
