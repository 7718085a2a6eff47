"""Where a text links to: `https://…`, outside of code."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from messaging.mentions import CODE

MOST_LINK = 2_000
# Linear: one repetition, of characters a written link can have.
LINK = re.compile(r"(?<![\w@])https?://[^\s<>\"`\x00-\x20]{1,2000}", re.IGNORECASE)
AFTER = ".,:;!?'*_~"
PAIRS = {")": "(", "]": "[", "}": "{"}


def links_in(text: str) -> list[str]:
    """Return the links in the order of the text, each once, without the punctuation that follows them."""
    if "://" not in text:
        return []
    found = (_trimmed(link) for link in LINK.findall(CODE.sub(" ", text)))
    return [link for link in dict.fromkeys(found) if not link.endswith("://")]


def _trimmed(link: str) -> str:
    while link and (link[-1] in AFTER or _closes_nothing(link)):
        link = link[:-1]
    return link


def _closes_nothing(link: str) -> bool:
    """Whether the last sign closes a bracket that was opened before the link."""
    opening = PAIRS.get(link[-1])
    return opening is not None and link.count(link[-1]) > link.count(opening)


def host_of(link: str) -> str:
    """Return the host a browser would go to, however it is written; "" where it would go nowhere."""
    try:
        host = urlsplit(link.replace("\\", "/")).hostname or ""
    except ValueError:  # brackets around what is no address
        return ""
    seen = "".join(sign for sign in unquote(host) if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", seen).replace("\u3002", ".").lower().rstrip(".")
