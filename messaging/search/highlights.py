"""What of a message is shown among the results: a piece of its text, and where in it the words were found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from messaging.search.folding import traced
from messaging.search.short import SHORT, is_spelled

LONGEST = 240  # characters of a snippet
BEFORE = 60  # of them, at most, in front of what was found
MOST_FOUND = 50


class Snippet(NamedTuple):
    """`found` are ranges [start, end) in UTF-16 units, as browsers count. `cut_before`, `cut_after`: there is more text."""

    text: str
    found: list[tuple[int, int]]
    cut_before: bool
    cut_after: bool


def snippet(text: str, words: Sequence[str]) -> Snippet:
    """Return the piece of the text that begins shortly before the first of the words."""
    places = found_in(text, words)
    start, end = _cut(text, places[0][0] if places else 0)
    shown = text[start:end]
    inside = [(max(one, start) - start, min(two, end) - start) for one, two in places if one < end and two > start]
    units = [(_units(shown[:one]), _units(shown[:two])) for one, two in inside]
    return Snippet(shown, units, start > 0, end < len(text))


def found_in(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return where the words (folded) are, as ranges of characters in order, joined where they overlap."""
    folded = traced(text)
    spots = sorted(
        (folded.begins[start], folded.ends[end - 1]) for word in words for start, end in _spots(folded.text, word)
    )
    joined: list[tuple[int, int]] = []
    for start, end in spots:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined[:MOST_FOUND]


def _spots(folded: str, word: str) -> Iterator[tuple[int, int]]:
    whole = len(word) < SHORT and all(map(is_spelled, word))
    for match in re.finditer(re.escape(word), folded):
        start, end = match.span()
        if not (whole and (_goes_on(folded, start - 1) or _goes_on(folded, end))):
            yield start, end


def _goes_on(folded: str, place: int) -> bool:
    return 0 <= place < len(folded) and is_spelled(folded[place])


def _cut(text: str, first: int) -> tuple[int, int]:
    """Choose the piece around the first place found, by words where there are spaces."""
    if len(text) <= LONGEST:
        return 0, len(text)
    start = max(0, min(first - BEFORE, len(text) - LONGEST))
    if start > 0:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + LONGEST)
    if end < len(text):
        space = text.rfind(" ", first, end)
        end = space if space > start + LONGEST // 2 else end
    return start, end


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
