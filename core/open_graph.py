"""What a page says of itself for others to show: Open Graph, or else its title and description."""

from __future__ import annotations

import codecs
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

MOST_READ = 256 * 1024  # bytes; the head of a page comes first
# What the web is written in (WHATWG, Encoding), by Python's names. Other codecs of Python's take minutes for a page, or
# unpack it.
CHARSETS = frozenset(
    {"utf-8", "utf-16", "utf-16-be", "utf-16-le", "ascii", "cp866", "koi8-r", "koi8-u", "mac-roman", "tis-620"}
    | {f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
    | {f"cp{page}" for page in (874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)}
    | {"gbk", "gb18030", "gb2312", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949"}
)
MOST_TITLE, MOST_DESCRIPTION, MOST_NAME, MOST_URL = 200, 400, 80, 2_000


class Page(NamedTuple):
    """`image` is an absolute http(s) address, or empty."""

    title: str
    description: str
    site_name: str
    image: str


def read_page(body: bytes, charset: str, url: str) -> Page | None:
    """Return what the page at `url` says of itself; None where there is no title to show."""
    head = _Head()
    try:
        head.feed(body[:MOST_READ].decode(_codec(charset), "replace"))
    except (AssertionError, ValueError, RecursionError):  # what no parser takes
        return None
    said = head.said
    title = _line(said.get("og:title") or said.get("twitter:title") or head.title, MOST_TITLE)
    if not title:
        return None
    return Page(
        title,
        _line(said.get("og:description") or said.get("description", ""), MOST_DESCRIPTION),
        _line(said.get("og:site_name") or urlsplit(url).hostname or "", MOST_NAME),
        _address(said.get("og:image:secure_url") or said.get("og:image") or said.get("twitter:image", ""), url),
    )


def _codec(charset: str) -> str:
    """Return the codec a page is read with: the one it names, if that is one of the web, else UTF-8."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return "utf-8"
    return name if name in CHARSETS else "utf-8"


class _Head(HTMLParser):
    """Reads `<title>` and `<meta>`; how deep the tags are nested does not matter to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title" and not self.title
        name = (given.get("property") or given.get("name", "")).lower()
        if tag == "meta" and name and len(self.said) < 100:
            self.said.setdefault(name, given.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and len(self.title) < MOST_TITLE:
            self.title += data


def _line(text: str, most: int) -> str:
    """Return the text on one line, without what cannot be seen or turns the reading direction."""
    visible = "".join(sign if sign.isprintable() else " " for sign in text[: 8 * most])
    line = " ".join(visible.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _address(image: str, url: str) -> str:
    try:
        absolute = urljoin(url, image.strip()) if image.strip() else ""
        return absolute if urlsplit(absolute).scheme in ("http", "https") and len(absolute) <= MOST_URL else ""
    except ValueError:
        return ""
