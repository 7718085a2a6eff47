"""What a page says of itself for others to show: Open Graph, or else its title and description."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

MOST_READ = 512 * 1024  # characters; the head of a page comes first
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
        head.feed(body.decode(charset, "replace")[:MOST_READ])
    except (LookupError, AssertionError, ValueError, RecursionError):  # an unknown charset, or what no parser takes
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
