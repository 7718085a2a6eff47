"""The best first: where the words stand whole, together and often; of equals, the newer one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from messaging.search.folding import fold
from messaging.search.short import is_spelled
from messaging.store import Row

MOST_TIMES = 5  # a word counts; more of the same says no more


def best_first(rows: Iterable[Row], words: Sequence[str]) -> list[int]:
    """Return the ids of the messages in the order of how well the words (folded) fit."""
    scored = [(_score(fold(row.text), words), row.id) for row in rows]
    return [key for _, key in sorted(scored, reverse=True)]


def _score(text: str, words: Sequence[str]) -> float:
    together = 2.0 if len(words) > 1 and " ".join(words) in text else 0.0
    return together + sum(_fits(text, word) for word in words) / (1 + len(text) / 1000)


def _fits(text: str, word: str) -> float:
    """Return how well a word fits: whole words count thrice, the beginning of one twice."""
    place, best, times = text.find(word), 0.0, 0
    while place >= 0 and times < MOST_TIMES:
        begins = place == 0 or not (is_spelled(text[place - 1]) and is_spelled(word[0]))
        after = place + len(word)
        ends = after == len(text) or not (is_spelled(text[after]) and is_spelled(word[-1]))
        best, times = max(best, 1.0 + begins + (begins and ends)), times + 1
        place = text.find(word, after)
    return best + 0.1 * times
