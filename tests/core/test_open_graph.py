"""What a page says of itself, however badly it says it."""

from __future__ import annotations

import pytest

from core.open_graph import Page, read_page

URL = "https://example.org/articles/1"


def _read(html: str) -> Page | None:
    return read_page(html.encode(), "utf-8", URL)


def test_open_graph_goes_before_title_and_description() -> None:
    page = _read(
        '<title>Old</title><meta property="og:title" content="A &amp; B"><meta name=description content="plain">'
        '<meta property="og:description" content="Long"><meta property="og:site_name" content="Site">'
        '<meta property="og:image" content="/sea.jpg">'
    )
    assert page == Page("A & B", "Long", "Site", "https://example.org/sea.jpg")


def test_a_plain_page_has_a_title_and_a_host() -> None:
    page = _read('<html><head><title> A\n title </title><meta name="description" content="d"></head>')
    assert page == Page("A title", "d", "example.org", "")


@pytest.mark.parametrize("html", ["", "no tags", "<title></title>", "<title>\u200b</title>", "<p>" * 100_000])
def test_without_a_title_there_is_nothing_to_show(html: str) -> None:
    assert _read(html) is None


@pytest.mark.parametrize(
    "image", ["javascript:alert(1)", "data:image/png;base64,x", "file:///x", "http://[", "ftp://a/b"]
)
def test_only_addresses_of_the_web_are_images(image: str) -> None:
    page = _read(f'<title>t</title><meta property="og:image" content="{image}">')
    assert page is not None and page.image == ""


def test_what_is_long_or_turns_the_direction_is_made_harmless() -> None:
    page = _read(f"<title>{'x' * 5000}</title><meta name=description content='a\u202eb\u0000c'>")
    assert page is not None
    assert (len(page.title), page.title[-1], page.description) == (200, "…", "a b c")


def test_deep_nesting_and_many_tags_come_to_an_end() -> None:
    page = _read("<title>t</title>" + "<div>" * 100_000 + "<meta name=x content=y>" * 5_000)
    assert page is not None and page.title == "t"


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "utf-7", "rot13", "zlib", "unicode_escape", "none such", "a\0b"]
)
def test_a_codec_that_is_none_of_the_web_reads_as_utf_8(charset: str) -> None:
    page = read_page("<title>Grüße</title>".encode(), charset, URL)
    assert page is not None and page.title == "Grüße"


@pytest.mark.parametrize("charset", ["windows-1252", "latin1", "utf-16", "ISO-8859-15"])
def test_charsets_of_the_web_are_read(charset: str) -> None:
    page = read_page("<title>Grüße</title>".encode(charset), charset, URL)
    assert page is not None and page.title == "Grüße"


@pytest.mark.parametrize("charset", ["shift_jis", "euc-jp", "iso-2022-jp"])
def test_so_are_those_of_the_far_east(charset: str) -> None:
    page = read_page("<title>こんにちは</title>".encode(charset), charset, URL)
    assert page is not None and page.title == "こんにちは"
