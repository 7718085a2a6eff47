"""WebP: chunks in a RIFF file. EXIF and XMP are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.images.picture import Broken, Picture, require_inside

TOLD = {b"EXIF": 0x08, b"XMP ": 0x04}  # and the flag that announces it
DRAWN = (b"VP8 ", b"VP8L")


def read(data: bytes) -> Picture:
    """Return the picture; raise `Broken`. What follows its end is dropped, too."""
    chunks = list(_chunks(data))
    if not chunks:
        raise Broken()
    canvas = _size(*chunks[0])
    frames = sum(kind == b"ANMF" for kind, _ in chunks)
    kept = [_untold(kind, body) for kind, body in chunks if kind not in TOLD]
    inner = b"WEBP" + b"".join(
        kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2) for kind, body in kept
    )
    _require_inside(chunks, canvas)
    return Picture(b"RIFF" + len(inner).to_bytes(4, "little") + inner, *canvas, max(1, frames))


def _require_inside(chunks: Iterable[tuple[bytes, bytes]], canvas: tuple[int, int]) -> None:
    """Raise `Broken` if anything that is decoded is larger than what the file says it is."""
    for kind, body in chunks:
        if kind in DRAWN:
            require_inside((0, 0, *_size(kind, body)), canvas)
        if kind == b"ANMF":
            left, top, width, height = (int.from_bytes(body[place : place + 3], "little") for place in (0, 3, 6, 9))
            require_inside((2 * left, 2 * top, width + 1, height + 1), canvas)
            _require_inside(_rows(body, 16, len(body)), (width + 1, height + 1))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise Broken()
    return _rows(data, 12, end)


def _rows(data: bytes, place: int, end: int) -> Iterator[tuple[bytes, bytes]]:
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
