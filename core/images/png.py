"""PNG: a row of chunks. Texts, times and EXIF are left out."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from core.images.picture import Broken, Picture, require_inside

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TOLD = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}


def read(data: bytes) -> Picture:
    """Return the picture; raise `Broken`. What follows its end is dropped, too."""
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise Broken()
    width, height = struct.unpack_from(">II", data, 16)
    kept, announced, frames = [SIGNATURE], 1, 0
    for kind, body, chunk in _chunks(data):
        if kind == b"IHDR" and len(kept) > 1:
            raise Broken()
        if kind == b"acTL":
            announced = int.from_bytes(body[:4])
        if kind == b"fcTL":
            require_inside(_frame(body), (width, height))
            frames += 1
        if kind not in TOLD:
            kept.append(chunk)
    return Picture(b"".join(kept), width, height, max(1, announced, frames))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Return each chunk's kind, its body and the whole of it, up to the one that ends the picture."""
    place, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        stop = place + 12 + length
        if stop > len(data):
            raise Broken()
        yield kind, data[place + 8 : stop - 4], data[place:stop]
        place = stop


def _frame(body: bytes) -> tuple[int, int, int, int]:
    try:
        _, width, height, left, top = struct.unpack_from(">5I", body)
    except struct.error:
        raise Broken() from None
    return left, top, width, height
