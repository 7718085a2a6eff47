"""GIF: a row of blocks, walked over to count and measure the frames. Comments and what programs add are left out."""

from __future__ import annotations

import struct

from core.images.picture import Broken, Picture, require_inside

FRAME, EXTENSION, END = 0x2C, 0x21, 0x3B
COMMENT, PROGRAM = 0xFE, 0xFF
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def read(data: bytes) -> Picture:
    """Return the picture; raise `Broken`. What follows its end is dropped, too."""
    try:
        return _walk(data)
    except (IndexError, struct.error):
        raise Broken() from None


def _walk(data: bytes) -> Picture:
    place = 13 + _colors(data[10])
    width, height = struct.unpack_from("<HH", data, 6)
    kept, frames = [data[:place]], 0
    while (kind := data[place]) != END:
        if kind == FRAME:
            require_inside(struct.unpack_from("<4H", data, place + 1), (width, height))
            stop, frames = _past(data, place + 11 + _colors(data[place + 9])), frames + 1
        elif kind == EXTENSION:
            stop = _past(data, place + 2)
        else:
            raise Broken()
        if kind == FRAME or _is_needed(data[place + 1], data[place + 3 : place + 14]):
            kept.append(data[place:stop])
        place = stop
    return Picture(b"".join([*kept, b";"]), width, height, max(1, frames))


def _colors(flags: int) -> int:
    """Return the bytes of the table of colors that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _past(data: bytes, place: int) -> int:
    """Return where the sub-blocks that begin here end."""
    while size := data[place]:
        place += size + 1
    return place + 1


def _is_needed(label: int, name: bytes) -> bool:
    return name in LOOPS if label == PROGRAM else label != COMMENT
