"""A program of its own: a picture comes in by stdin, a small WebP goes out by stdout. `drawing.py SIDE fit|square`.

It decodes what strangers made, so it has little memory and little time, and nothing that is worth taking.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import cast

from PIL import Image, ImageOps

MEMORY = 768 * 1024 * 1024  # bytes of address space; of that the interpreter takes a third
SECONDS = 10
MOST_PIXELS = 32_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def main(side: int, shape: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(drawn(sys.stdin.buffer.read(), side, shape))


def drawn(data: bytes, side: int, shape: str) -> bytes:
    """Return the first frame, upright, at most `side` pixels long or filling a square of that, without metadata."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise SystemExit("too many pixels")
        picture.draft("RGB", (2 * side, 2 * side))
        turned = picture.getexif().get(0x0112, 1)
        small = cast(Image.Image, picture)
        if small.mode not in ("RGB", "RGBA"):
            small = small.convert("RGBA" if "transparency" in picture.info or small.mode in ("LA", "PA") else "RGB")
        if shape == "fit":
            small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        else:
            small = ImageOps.fit(small, (side, side), Image.Resampling.LANCZOS)
        return _encoded(small, turned)


def _encoded(small: Image.Image, turned: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = turned
    upright = Image.frombytes(small.mode, small.size, small.tobytes())
    upright.info["exif"] = exif.tobytes()
    out = io.BytesIO()
    ImageOps.exif_transpose(upright).save(out, "WEBP", quality=80, method=4, exif=b"")
    return out.getvalue()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
