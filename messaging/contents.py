"""What there is in a message besides words: flags that are kept with it, so that lists and searches can ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag

from messaging.links import links_in


class Has(IntFlag):
    """`Message.has`. An image is a file, too. A deleted message has nothing."""

    NOTHING = 0
    FILE = 1
    IMAGE = 2
    LINK = 4

    @property
    def values(self) -> list[int]:
        """Return every value of the column that has this flag: a filter that each database can use an index for."""
        return [value for value in range(1, 8) if value & self]


def flags(text: str, pictures: Iterable[bool] = ()) -> int:
    """Return what a message of this text has; `pictures` says of each of its files whether it is one."""
    kinds = list(pictures)
    found = Has.LINK if links_in(text) else Has.NOTHING
    if kinds:
        found |= Has.FILE
    if any(kinds):
        found |= Has.IMAGE
    return int(found)
