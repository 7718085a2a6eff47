"""What is known of a picture without decoding it, and how much of one is looked at at all."""

from __future__ import annotations

from typing import NamedTuple

MOST_PIXELS = 32_000_000
# What moves longer than this stands still in a conversation until it is opened.
MOST_FRAMES = 100
# All frames together: what a browser decodes to play it once.
MOST_DRAWN = 1_000_000_000


class Broken(Exception):
    """The bytes are not what they begin like."""


def require_inside(frame: tuple[int, int, int, int], canvas: tuple[int, int]) -> None:
    """Raise `Broken` unless the frame (left, top, width, height) lies on the canvas: what is measured is what is decoded."""
    left, top, width, height = frame
    if left + width > canvas[0] or top + height > canvas[1]:
        raise Broken()


class Picture(NamedTuple):
    """A picture's bytes without a word about who made it where; its size as it is seen, upright."""

    data: bytes
    width: int
    height: int
    frames: int = 1

    @property
    def is_bearable(self) -> bool:
        pixels = self.width * self.height
        return 0 < pixels <= MOST_PIXELS and pixels * self.frames <= MOST_DRAWN

    @property
    def moves(self) -> bool:
        return 1 < self.frames <= MOST_FRAMES
