"""Texts as they are compared in a search: without regard to case, width, accents and what cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

SPACES = re.compile(r"\s+")
# Accents of Latin, Greek and Cyrillic; points of Hebrew and Arabic, which most people leave out; variation selectors. The
# marks of Thai, Devanagari or kana stay: without them it would be another word.
MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\ufe00-\ufe0f]"
)
# Signs that phones put for what people type: `don’t` is `don't`.
TYPOGRAPHY = str.maketrans("‘’‚‛ʼ“”„‟«»‐‑‒–—", '\'\'\'\'\'""""""-----')
# A character with all that follows it and cannot stand alone: marks, joiners, the second half of a Hangul syllable.
CLING = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u3099\u309a\u1160-\u11ff\u200b-\u200f\u2060\ufe00-\ufe0f\uff9e\uff9f"
)
PIECE = re.compile(rf"\s+|.[{CLING}]*", re.DOTALL)


def fold(text: str) -> str:
    """Return the text as every engine keeps and compares it: `Café  ＮＯ` and `cafe no` are the same."""
    if text.isascii():
        return SPACES.sub(" ", text.lower())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(char for char in MARKS.sub("", plain) if unicodedata.category(char) != "Cf")
    return SPACES.sub(" ", unicodedata.normalize("NFC", seen)).translate(TYPOGRAPHY)


class Folded(NamedTuple):
    """A folded text, and where each of its characters begins and ends in the original."""

    text: str
    begins: list[int]
    ends: list[int]


def traced(text: str) -> Folded:
    """Fold a text piece by piece, so that what is found in it can be shown in the original."""
    folded: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for piece in PIECE.finditer(text):
        part = fold(piece.group())
        folded.append(part)
        begins += [piece.start()] * len(part)
        ends += [piece.end()] * len(part)
    return Folded("".join(folded), begins, ends)
