"""Files made to harm: none breaks its message, runs in a page, or gets past a limit. On both stores."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from PIL import Image

from accounts.models import User
from core.images.picture import MOST_FRAMES
from messaging.contents import Has
from messaging.models import Message
from rooms.models import Room
from tests.conftest import Published
from tests.core.storage.places import Place
from tests.jobs import Jobs
from tests.messaging.files.browser import Browser, encoded, on_both, png, sent, upload
from tests.order import told

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = b"<script>alert(document.domain)</script>"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _flood(width: int, height: int, rows: int = 1_000_000) -> bytes:
    """Return a small PNG that says it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _gif(width: int, height: int, frames: int) -> bytes:
    """Return a GIF of so many tiny frames on a large canvas."""
    one = b"\x21\xf9\x04\x00\x01\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + one * frames + b";"


def _gif_with_a_frame(left: int, top: int, width: int, height: int) -> bytes:
    """Return a GIF of 10 x 10 with one frame of this place and size."""
    head = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0) + b"\x02\x02\x44\x01\x00;"


def _apng_with_a_frame(width: int, height: int) -> bytes:
    data = png(10, 10)
    frame = struct.pack(">5IHHBB", 0, width, height, 0, 0, 1, 10, 0, 0)
    return data[:33] + _chunk(b"acTL", struct.pack(">II", 1, 0)) + _chunk(b"fcTL", frame) + data[33:]


def _jpeg_of_two_sizes() -> bytes:
    data = encoded(Image.new("RGB", (9, 9)), "JPEG")
    start = data.index(b"\xff\xc0")
    second = bytearray(data[start : start + 4 + 15])
    second[5:9] = struct.pack(">HH", 20_000, 20_000)
    return data[:start] + data[start : start + 19] + bytes(second) + data[start + 19 :]


def _webp_of_small_canvas() -> bytes:
    data = bytearray(encoded(Image.new("RGB", (500, 500)), "WEBP", lossless=True, exif=b"Exif\0\0II*\0"))
    data[24:30] = b"\x09\0\0\x09\0\0"  # 10 x 10
    return bytes(data)


def _webp_of_large_frames() -> bytes:
    frames = [Image.new("RGB", (500, 500), color) for color in ("red", "blue")]
    data = bytearray(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    data[24:30] = b"\x09\0\0\x09\0\0"
    return bytes(data)


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            archive.writestr(f"../../{number}", b"\0" * 5_000_000)
    return out.getvalue()


def _webp_that_lies() -> bytes:
    data = bytearray(encoded(Image.new("RGB", (10, 10)), "WEBP", lossless=True, exif=b"Exif\0\0II*\0"))
    assert data[12:16] == b"VP8X"
    data[24:30] = b"\xff\x3f\x00\xff\x3f\x00"  # 16,384 x 16,384
    return bytes(data)


OPAQUE: dict[str, bytes] = {
    "pixel flood png": _flood(50_000, 50_000),
    "pixel flood gif": _gif(60_000, 60_000, 1),
    "pixel flood webp": _webp_that_lies(),
    "gif bomb": _gif(5_000, 5_000, 2_000),
    "gif frame beyond its screen": _gif_with_a_frame(0, 0, 20_000, 20_000),
    "gif frame that hangs over": _gif_with_a_frame(5, 0, 6, 1),
    "apng frame beyond its canvas": _apng_with_a_frame(20_000, 20_000),
    "jpeg of two sizes": _jpeg_of_two_sizes(),
    "webp larger than its canvas": _webp_of_small_canvas(),
    "webp frames beyond their canvas": _webp_of_large_frames(),
    "zero pixels": _flood(0, 10),
    "truncated png": png()[:40],
    "truncated gif": _gif(10, 10, 3)[:-8],
    "truncated jpeg": encoded(Image.new("RGB", (9, 9)), "JPEG")[:100],
    "only a beginning": b"\xff\xd8\xff",
    "zip bomb": _zip_bomb(),
    "html": b"<html>" + SCRIPT,
    "svg": b"<svg onload='alert(1)'/>",
    "psd": b"8BPS\0\x01" + b"\0" * 300,
    "tiff": encoded(Image.new("RGB", (9, 9)), "TIFF"),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "nothing at all": b"\0",
}


@on_both
@pytest.mark.parametrize("name", OPAQUE)
def test_it_stays_a_file_to_download(
    shelf: Place, alice: User, bob: User, general: Room, jobs: Jobs, name: str
) -> None:
    message = sent(shelf, bob, general, OPAQUE[name], "a.png", "look")
    jobs.run()
    [file] = message.files
    assert (file.width, file.thumbnail, message.text) == (0, None, "look")
    answer = Browser(alice).fetch(shelf, file.url)
    assert answer.content == OPAQUE[name]
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert not Browser(alice).sees(f"{file.url}/thumbnail")


@on_both
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_of_a_polyglot_the_picture_is_left(shelf: Place, bob: User, general: Room, jobs: Jobs, kind: str) -> None:
    """What hides behind a picture's end, or in its comments, is dropped."""
    picture = Image.new("RGB", (30, 20), "red")
    hidden = {"GIF": {"comment": SCRIPT}, "JPEG": {"comment": SCRIPT}}.get(kind, {})
    data = encoded(picture, kind, **hidden) + SCRIPT + _zip_bomb()
    file = sent(shelf, bob, general, data, "a.html").files[0]
    jobs.run()
    answer = Browser(bob).fetch(shelf, file.url)
    assert SCRIPT not in answer.content and b"PK" not in answer.content
    assert answer.headers["Content-Type"] == f"image/{kind.lower()}"
    assert Image.open(io.BytesIO(answer.content)).size == (30, 20) == (file.width, file.height)
    assert Browser(bob).fetch(shelf, f"{file.url}/thumbnail").status_code == 200


def test_a_picture_that_cannot_be_drawn_becomes_a_file_to_download(
    shelf: Place, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    """Headers in order, contents not: it is refused by the drawing program, and no browser is to try."""
    message = sent(shelf, bob, general, _flood(5_000, 5_000, 10), "a.png", "look")
    jobs.run()
    assert message.files[0].width == 5_000
    changed = told(published)[-1]["message"]
    [file] = changed["files"]
    assert (changed["text"], file["width"], file["moves"], file["thumbnail"]) == ("look", 0, False, None)
    assert not Browser(bob).sees(f"{file['url']}/thumbnail")
    answer = Browser(bob).fetch(shelf, file["url"])
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert Message.objects.get(pk=message.id).has == Has.FILE


@pytest.mark.parametrize(("frames", "moves"), [(1, False), (2, True), (MOST_FRAMES, True), (MOST_FRAMES + 1, False)])
def test_only_short_films_move_by_themselves(shelf: Place, bob: User, general: Room, frames: int, moves: bool) -> None:
    file = sent(shelf, bob, general, _gif(20, 20, frames), "a.gif").files[0]
    assert (file.type, file.moves) == ("image/gif", moves)


NAMES: list[tuple[str, str]] = [
    ("../../x", "_.._x"),
    ("..\\..\\windows\\x.exe", "_.._windows_x.exe"),
    ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie: x=1.png"),
    ("photo\u202egnp.exe", "photo gnp.exe"),
    ('"; filename=x.html', "_; filename=x.html"),
    ("a" * 4990 + ".png", "a" * 146 + ".png"),
    ("\u200b\u200b", "file"),
    (".htaccess", "htaccess"),
    ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
]


@on_both
@pytest.mark.parametrize(("given", "kept"), NAMES)
def test_a_name_is_one_line_without_a_path(shelf: Place, bob: User, general: Room, given: str, kept: str) -> None:
    file = sent(shelf, bob, general, png(), given).files[0]
    assert file.name == kept
    answer = Browser(bob).fetch(shelf, file.url)
    assert answer.status_code == 200
    assert "\n" not in answer.headers["Content-Disposition"] and "Set-Cookie" not in answer.headers
    assert "x.html" not in answer.headers["Content-Disposition"].partition(";")[0]


@on_both
@pytest.mark.parametrize("claim", ["text/html", "image/svg+xml", "image/png; x=y", "../x", "IMAGE/PNG", "a\r\nb: c"])
def test_what_it_is_called_counts_for_nothing(shelf: Place, bob: User, general: Room, claim: str) -> None:
    for data, kind in ((png(), "image/png"), (b"<html>" + SCRIPT, "application/octet-stream")):
        file: Any = upload(shelf, bob, general, data, "a.png", media_type=claim)
        assert file["type"] == kind
        assert Browser(bob).fetch(shelf, file["url"]).headers["Content-Type"] == kind
