"""JPEG: a row of segments. Kept are those that are needed to draw it, and of the others which way is up."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from core.images.picture import Broken, Picture

START, END, SCAN = 0xD8, 0xD9, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
EXIF = b"Exif\0\0"
ORIENTATION = 0x0112
SIDEWAYS = (5, 6, 7, 8)
# Of what programs add only the color profile and how the colors are stored: APP0, APP2 with a profile, APP14.
ADDED, COMMENT = range(0xE0, 0xF0), 0xFE
NEXT = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")


def read(data: bytes) -> Picture:
    """Return the picture; raise `Broken`. What follows its end is dropped, too."""
    kept, size, turned = [b"\xff\xd8"], (0, 0), 1
    for marker, body, scan in _segments(data):
        if marker == 0xE1 and body.startswith(EXIF):
            turned = _orientation(body[len(EXIF) :])
        if marker in FRAMES:
            if size != (0, 0) or len(body) < 5:  # which of two sizes is decoded is for each decoder to say
                raise Broken()
            size = (int.from_bytes(body[3:5]), int.from_bytes(body[1:3]))
        if _is_needed(marker, body):
            kept += [bytes((0xFF, marker)), (len(body) + 2).to_bytes(2), body, scan]
    if turned != 1:
        kept.insert(1, _upright(turned))
    width, height = size[::-1] if turned in SIDEWAYS else size
    return Picture(b"".join([*kept, b"\xff\xd9"]), width, height)


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Return each segment's marker and body, and the picture's own data that follow it."""
    found = NEXT.match(data, 2)
    while found and (marker := found[1][0]) != END:
        start = found.end() + 2
        stop = start + int.from_bytes(data[start - 2 : start]) - 2
        if stop < start or stop > len(data):
            raise Broken()
        found = NEXT.search(data, stop) if marker == SCAN else NEXT.match(data, stop)
        rest = found.start() if found else len(data)
        yield marker, data[start:stop], data[stop:rest] if marker == SCAN else b""


def _is_needed(marker: int, body: bytes) -> bool:
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    return marker in (0xE0, 0xEE) or (marker not in ADDED and marker != COMMENT)


def _orientation(tiff: bytes) -> int:
    """Return the first directory's orientation, 1 to 8; 1 where it says nothing that can be believed."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for place in range(first + 2, first + 2 + 12 * min(count, 200), 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
            if tag == ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _upright(turned: int) -> bytes:
    """Return an EXIF segment that says nothing but which way is up."""
    body = EXIF + struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body
