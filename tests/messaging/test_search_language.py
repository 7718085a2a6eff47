"""What people type to search, as it is understood."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from messaging.search.folding import fold, traced
from messaging.search.highlights import found_in, snippet
from messaging.search.language import Asked, read
from messaging.search.short import inner_tokens, short_tokens

NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def asked(text: str, zone: str = "UTC") -> dict[str, Any]:
    found = read(text, ZoneInfo(zone), NOW)
    return {name: value for name, value in vars(found).items() if value}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Hello  World", {"words": ["hello", "world"]}),
        ("hello hello", {"words": ["hello"]}),
        ('say "Hello World" now', {"words": ["say", "hello world", "now"]}),
        ("“Hello World”", {"words": ["hello world"]}),
        ('"not closed', {"words": ["not closed"]}),
        ('"a \\"b\\" c"', {"words": ['a "b" c']}),
        ('6" pipe', {"words": ['6"', "pipe"]}),
        ("a -b", {"words": ["a"], "without": ["b"]}),
        ('a -"b c"', {"words": ["a"], "without": ["b c"]}),
        ("-a", {"words": ["-a"]}),
        ("--flag a-b -", {"words": ["--flag", "a-b", "-"]}),
        (r"a \-b", {"words": ["a", "-b"]}),
        (r"\from:me", {"words": ["from:me"]}),
        (r"\\server\share C:\x", {"words": [r"\\server\share", r"c:\x"]}),
        ("FROM:@Ann from:me", {"people": ["@Ann", "me"]}),
        ("a -from:ann -in:x", {"words": ["a"], "not_people": ["ann"], "not_rooms": ["x"]}),
        ('in:#general in:"big room"', {"rooms": ["#general", "big room"]}),
        ("has:file HAS:Image has:link is:pinned", {"has": [1, 2, 4, 8]}),
        ("a -has:file -is:pinned", {"words": ["a"], "lacks": [1, 8]}),
        ("has:nothing is:good", {"words": ["has:nothing", "is:good"]}),
        ("std::vector http://x from: :", {"words": ["std::vector", "http://x", "from:", ":"]}),
        ("before:lunch on:2026-13-01 after:2026-02-30", {"words": ["before:lunch", "on:2026-13-01", "after:2026-02-30"]}),
        ('x:"y z"', {"words": ["x:y z"]}),
        ("-from:ann", {"not_people": ["ann"]}),
    ],
)  # fmt: skip
def test_what_is_typed_is_what_is_meant(text: str, meant: dict[str, Any]) -> None:
    assert asked(text) == meant


def day(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "zone", "since", "until"),
    [
        ("on:2026-11-24", "UTC", day(2026, 11, 24), day(2026, 11, 25)),
        ("on:2026-11-24", "Europe/Berlin", day(2026, 11, 23, 23), day(2026, 11, 24, 23)),
        ("on:today", "Europe/Berlin", day(2026, 11, 24, 23), day(2026, 11, 25, 23)),  # it is past midnight there
        ("on:yesterday", "UTC", day(2026, 11, 23), day(2026, 11, 24)),
        ("before:2026-11-24", "UTC", None, day(2026, 11, 24)),
        ("after:2026-11-24", "UTC", day(2026, 11, 25), None),
        ("on:2026-12", "UTC", day(2026, 12, 1), day(2027, 1, 1)),
        ("on:2026", "UTC", day(2026, 1, 1), day(2027, 1, 1)),
        ("after:2026-01-01 after:2026-03-01 before:2026-06 before:2026-05", "UTC", day(2026, 3, 2), day(2026, 5, 1)),
        ("before:9999-12-31", "America/New_York", None, day(9999, 12, 30, 5)),
        ("on:2026-10-25", "Europe/Berlin", day(2026, 10, 24, 22), day(2026, 10, 25, 23)),  # a day of 25 hours
    ],
)
def test_days_are_those_of_the_time_zone(text: str, zone: str, since: datetime | None, until: datetime | None) -> None:
    found = read(text, ZoneInfo(zone), NOW)
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "search.empty"), ("  \t ", "search.empty"), ('""', "search.empty"), ("\u200b", "search.empty"),
        ("x" * 501, "search.too_long"), (" ".join(f"w{n}" for n in range(21)), "search.too_many"),
    ],
)  # fmt: skip
def test_nothing_and_too_much_are_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text, UTC, NOW)
    assert refused.value.code == code


TYPED = st.text(
    st.sampled_from('ab -"\\:@#from:in:has:on:20261125today’“” \n天👍é\u0301\u200d'), max_size=60
) | st.text(max_size=60)


@given(TYPED)
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        found = read(text, UTC, NOW)
    except Invalid:
        return
    assert isinstance(found, Asked)
    assert all(word == word.strip() and word for word in [*found.words, *found.without])


@given(TYPED)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TYPED)
def test_what_is_found_is_marked_within_the_text(text: str) -> None:
    words = [word for word in fold(text).split(" ") if word][:3]
    places = found_in(text, words)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
    shown = snippet(text, words)
    assert all(0 <= start < end <= len(shown.text.encode("utf-16-le")) // 2 for start, end in shown.found)


@given(TYPED, TYPED, TYPED)
def test_a_text_has_the_inner_words_of_all_that_is_in_it(before: str, text: str, after: str) -> None:
    """Else a search that asks for them would miss it."""
    part, whole = fold(text).strip(), fold(before) + fold(text).strip() + fold(after)
    assert inner_tokens(part) <= short_tokens(whole)


def test_pieces_say_where_they_come_from() -> None:
    folded = traced("Cafe\u0301  ＮＯ")
    assert folded.text == "cafe no"
    assert (folded.begins[3], folded.ends[3]) == (3, 5)


def test_a_long_text_is_cut_around_what_was_found() -> None:
    text = "lorem ipsum " * 50 + "the needle is here " + "dolor sit amet " * 50
    shown = snippet(text, ["needle"])
    (start, end) = shown.found[0]
    assert shown.text[start:end] == "needle"
    assert shown.cut_before and shown.cut_after
    assert len(shown.text) <= 240
    assert not shown.text.startswith(" ")


def test_ranges_count_as_browsers_do() -> None:
    assert snippet("👍🏽 ok 👍", ["ok"]).found == [(5, 7)]


def test_two_letters_of_an_alphabet_are_marked_as_a_word() -> None:
    assert found_in("going, go, ago", ["go"]) == [(7, 9)]
