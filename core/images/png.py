"""PNG: a row of chunks. Texts, times and EXIF are left out."""

from __future__ import annotations

from core.images.picture import Broken, Picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TOLD = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}


def read(data: bytes) -> Picture:
    """Return the picture; raise `Broken`. What follows its end is dropped, too."""
    if data[12:16] != b"IHDR":
        raise Broken()
    kept, frames, place = [SIGNATURE], 1, len(SIGNATURE)
    while True:
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        stop = place + 12 + length
        if stop > len(data):
            raise Broken()
        if kind == b"acTL":
            frames = max(1, int.from_bytes(data[place + 8 : place + 12]))
        if kind not in TOLD:
            kept.append(data[place:stop])
        if kind == b"IEND":
            return Picture(b"".join(kept), int.from_bytes(data[16:20]), int.from_bytes(data[20:24]), frames)
        place = stop
