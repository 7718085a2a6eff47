"""A message as rules see it, and texts as they are compared: without the tricks that make one word look like another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from accounts.look_alikes import plain
from accounts.names import folded
from messaging.links import links_in

# Markdown's marks, which nobody sees; an underscore within a word is one.
MARKS = re.compile(r"[*`]+|~~|\\(?=[!-/:-@\[-`{-~])|(?<![^\W_])_+|_+(?![^\W_])")
# Whether `who` has now done something more often than so many times in so many seconds.
Counting = Callable[[str, int, float], bool]


def compared(text: str) -> str:
    """Return the text without case, width, look-alikes, and what cannot be seen; white space is one space."""
    return plain(folded(" ".join(text.split()))).casefold()


def unaccented(text: str) -> str:
    """Return the text without what stands above and below its letters."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) != "Mn")


@dataclass
class Subject:
    """`mentions` is how many people it names, `age` how old the author's account is, `exceeds` counts for this author."""

    text: str
    mentions: int
    names_room: bool
    has_files: bool
    age: timedelta
    exceeds: Counting

    @cached_property
    def compared(self) -> str:
        return compared(self.text)

    @cached_property
    def seen(self) -> str:
        """The text as it is read: without Markdown's marks, and without accents."""
        return compared(unaccented(MARKS.sub("", self.text)))

    @cached_property
    def links(self) -> list[str]:
        return links_in(self.text)
