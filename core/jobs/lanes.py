"""What is slow has a queue and a thread of its own, by `@job(queue_name=OUTSIDE)`: it holds up its own kind alone."""

from __future__ import annotations

USUAL = "default"
DRAWING = "drawing"  # pictures, which may be made to take long
OUTSIDE = "outside"  # whatever waits for other people's sites
SLOW = (DRAWING, OUTSIDE)
LANES = (USUAL, *SLOW)
