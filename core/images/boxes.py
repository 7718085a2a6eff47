"""Films and pictures made of boxes (ISO 14496-12: MP4, QuickTime, AVIF, HEIC), freed of what they tell about their maker.

Nothing moves: what tells is blanked where it is, so that every offset stays true.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

TYPES = frozenset({"image/avif", "image/heic", "image/heif", "video/mp4", "video/quicktime"})
OPENED = (b"moov", b"trak")
TOLD = (b"udta", b"uuid")  # what programs and cameras add: places, names, XMP
ITEMS_TOLD = (b"Exif", b"mime")
EMPTY_EXIF = b"\0\0\0\0II*\0\x08\0\0\0"  # what follows is zeros: no entries


class Box(NamedTuple):
    """Where a box begins, where what is in it begins, and where both end."""

    kind: bytes
    start: int
    body: int
    stop: int


def untold(data: bytes) -> bytes:
    """Return the file without user data, XMP and EXIF; what is no row of boxes is left as it is from there on."""
    kept = bytearray(data)
    try:
        for box in _boxes(data, 0, len(data)):
            _blank(kept, data, box)
    except (struct.error, IndexError):
        pass
    return bytes(kept)


def _boxes(data: bytes, place: int, end: int) -> Iterator[Box]:
    while place + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, place)
        body = place + 8
        if size == 1:
            (size,), body = struct.unpack_from(">Q", data, body), place + 16
        stop = place + size if size else end
        if stop < body or stop > end:
            return
        yield Box(kind, place, body, stop)
        place = stop


def _blank(kept: bytearray, data: bytes, box: Box, *, in_film: bool = False) -> None:
    if box.kind in OPENED:
        for inner in _boxes(data, box.body, box.stop):
            _blank(kept, data, inner, in_film=True)
    elif box.kind in TOLD or (box.kind == b"meta" and in_film):
        kept[box.start + 4 : box.start + 8] = b"free"
        kept[box.body : box.stop] = bytes(box.stop - box.body)
    elif box.kind == b"meta":
        _blank_items(kept, data, {inner.kind: inner for inner in _boxes(data, box.body + 4, box.stop)})


def _blank_items(kept: bytearray, data: bytes, parts: dict[bytes, Box]) -> None:
    """Blank the items of a picture that are EXIF or XMP."""
    if b"iinf" not in parts or b"iloc" not in parts:
        return
    told = {number: kind for number, kind in _items(data, parts[b"iinf"]) if kind in ITEMS_TOLD}
    inside = parts[b"idat"].body if b"idat" in parts else 0
    for number, is_inside, start, length in _places(data, parts[b"iloc"].body):
        begin = start + inside * is_inside
        stop = min(begin + length, len(data))
        if number in told and begin < stop:
            blank = EMPTY_EXIF if told[number] == b"Exif" and length >= len(EMPTY_EXIF) else b""
            kept[begin:stop] = blank.ljust(stop - begin, b"\0")[: stop - begin]


def _items(data: bytes, box: Box) -> Iterator[tuple[int, bytes]]:
    """Return the number and the kind of each item."""
    first = box.body + (6 if data[box.body] == 0 else 8)
    for entry in _boxes(data, first, box.stop):
        wide = data[entry.body] >= 3
        number, _, kind = struct.unpack_from(">IH4s" if wide else ">HH4s", data, entry.body + 4)
        yield number, kind


def _places(data: bytes, place: int) -> Iterator[tuple[int, bool, int, int]]:
    """Return of each piece of each item: its number, whether it is in the box `idat`, where it begins and how long it is."""
    version, sizes = data[place], struct.unpack_from(">H", data, place + 4)[0]
    offset_size, length_size, base_size, index_size = (sizes >> shift & 0xF for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    reader = _Reader(data, place + 6)
    for _ in range(reader.number(wide)):
        item = reader.number(wide)
        is_inside = bool(version and reader.number(2) & 0xF == 1)
        reader.number(2)
        base = reader.number(base_size)
        for _ in range(reader.number(2)):
            reader.number(index_size if version else 0)
            yield item, is_inside, base + reader.number(offset_size), reader.number(length_size)


class _Reader:
    """Reads numbers of any size, one after the other."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def number(self, size: int) -> int:
        start, self._place = self._place, self._place + size
        if self._place > len(self._data):
            raise IndexError()
        return int.from_bytes(self._data[start : self._place])
