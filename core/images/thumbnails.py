"""Small versions of pictures, drawn by a program of their own that may die of them."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Literal

log = logging.getLogger(__name__)
PROGRAM = Path(__file__).with_name("drawing.py")
SECONDS = 10
Shape = Literal["fit", "square"]


def thumbnail(data: bytes, *, side: int, shape: Shape = "fit") -> bytes | None:
    """Return a WebP of the picture, `side` pixels along its longer edge or a square of that; None if it cannot be drawn."""
    command = [sys.executable, "-I", "-W", "ignore", str(PROGRAM), str(side), shape]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True, env={})  # noqa: S603
    except (subprocess.SubprocessError, OSError) as error:
        log.info("A picture of %d bytes cannot be drawn: %s", len(data), type(error).__name__)
        return None
    return done.stdout or None
