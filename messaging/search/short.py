"""What an index of three letters cannot find: words of one or two characters.

In scripts without spaces between words (Chinese, Japanese, Thai, …), and among signs and emoji, one or two characters are
found wherever they stand: `天气`, `C#`, `👍`. In an alphabet one or two letters are found as a whole word: `go` is not
meant to find `good`, `dragon` and `category`.
"""

from __future__ import annotations

import re
from itertools import pairwise

SHORT = 3  # characters below which a word is short
# Scripts that put no spaces between words or glue endings to them as Korean does, and those of India, where one syllable
# is often two characters.
UNSPACED = (
    "\u0900-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3100-\u318f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_letter = re.compile(rf"[^\W_{UNSPACED}]")
_words = re.compile(rf"[^\W_{UNSPACED}]+")


def short_tokens(folded: str) -> set[str]:
    """Return every word of one or two characters that finds a text: what is kept of it."""
    spelled = {word for word in _words.findall(folded) if len(word) < SHORT}
    return spelled | inner_tokens(folded)


def inner_tokens(folded: str) -> set[str]:
    """Return those that do not depend on what stands before and after the text: whatever contains it has them."""
    single = {char for char in set(folded) if not is_spelled(char) and char != " "}
    if not single:
        return single
    pairs = {
        one + two for one, two in pairwise(folded) if (one in single or two in single) and one != " " and two != " "
    }
    return single | pairs


def is_spelled(char: str) -> bool:
    """Return whether words of an alphabet are made of it: letters and digits, not signs and not what needs no spaces."""
    return _letter.match(char) is not None
