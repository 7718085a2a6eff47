"""Keys, names and what leaves inline: rules without a store."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.storage.names import KEY, MOST_FILENAME, PLAYABLE, new_key, safe_filename, served_as


def test_keys_are_random_and_valid() -> None:
    keys = {new_key("files") for _ in range(1000)}
    assert len(keys) == 1000
    assert all(KEY.fullmatch(key) and key.startswith("files/") for key in keys)


@given(st.text())
def test_any_name_becomes_a_safe_one_and_stays_it(name: str) -> None:
    safe = safe_filename(name)
    assert 0 < len(safe) <= MOST_FILENAME
    assert not safe.startswith((".", " "))
    assert not set(safe) & set('/\\"')
    assert not any(unicodedata.category(sign).startswith("C") for sign in safe)
    assert safe_filename(safe) == safe


@given(st.text())
def test_a_header_is_one_line_of_ascii(name: str) -> None:
    _, disposition = served_as(name, "image/png", inline=True)
    assert disposition.isascii()
    assert disposition.isprintable()


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/xml", "application/pdf"])
def test_programs_are_never_shown(content_type: str) -> None:
    assert content_type not in PLAYABLE
    assert served_as("a", content_type, inline=True)[1].startswith("attachment")
