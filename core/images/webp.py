"""WebP: chunks in a RIFF file. EXIF and XMP are left out."""

from __future__ import annotations

from collections.abc import Iterator

from core.images.picture import Broken, Picture

TOLD = {b"EXIF": 0x08, b"XMP ": 0x04}  # and the flag that announces it


def read(data: bytes) -> Picture:
    """Return the picture; raise `Broken`. What follows its end is dropped, too."""
    chunks = list(_chunks(data))
    if not chunks:
        raise Broken()
    frames = sum(kind == b"ANMF" for kind, _ in chunks)
    kept = [_untold(kind, body) for kind, body in chunks if kind not in TOLD]
    inner = b"WEBP" + b"".join(
        kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2) for kind, body in kept
    )
    width, height = _size(*chunks[0])
    return Picture(b"RIFF" + len(inner).to_bytes(4, "little") + inner, width, height, max(1, frames))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, end = 12, 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise Broken()
    while place + 8 <= end:
        start = place + 8
        stop = start + int.from_bytes(data[place + 4 : start], "little")
        if stop > end:
            raise Broken()
        yield data[place : place + 4], data[start:stop]
        place = stop + (stop - start) % 2


def _untold(kind: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Return the chunk; the one that announces others no longer does."""
    if kind != b"VP8X" or not body:
        return kind, body
    return kind, bytes((body[0] & ~(TOLD[b"EXIF"] | TOLD[b"XMP "]),)) + body[1:]


def _size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X" and len(body) >= 10:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise Broken()
