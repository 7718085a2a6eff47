import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.names import clean_display_name, clean_email, clean_status_text, clean_username, email_key, username_key
from core.errors import Invalid


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Alice", "alice"),
        ("  bob  ", "bob"),
        ("a.b_c-d", "a.b_c-d"),
        ("ＷＩＤＥ", "wide"),
        ("Straße", "strasse"),
        ("李雷", "李雷"),
        ("たなか太郎", "たなか太郎"),
        ("김철수", "김철수"),
        ("हिन्दी", "हिन्दी"),
        ("мария7", "мария7"),
        ("x" * 32, "x" * 32),
    ],
)
def test_a_username_is_kept_in_one_form(given_name: str, kept: str) -> None:
    assert clean_username(given_name) == kept


@pytest.mark.parametrize(
    "bad",
    [
        "a", "x" * 33, "", "   ", ".bob", "bob-", "bo b", "bob!", "bob@home", "a\u202eb", "a\u200db", "a\u0000b", "a\nb",
        "аdmin", "pаypal", "αlice", "\u3164\u3164", "a\u0301\u0302\u0303b", "\u0939\u200d\u0939", "😀😀", "\ud800\ud800",
        "room", "Everyone", "here", "all", "me", "system", "rооm", "5ystem-", "r0om",
    ],
)  # fmt: skip
def test_a_username_that_hides_mixes_or_is_reserved_is_refused(bad: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_username(bad)
    assert list(refusal.value.fields or {}) == ["username"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admin", "аdmin"), ("admin", "adrnin"), ("bob", "b0b"), ("bill", "bi1l"), ("wow", "vvow"), ("ALICE", "alice"),
        ("scope", "ѕсоре"), ("ooo", "οοο"), ("paul", "раul"), ("alice", "ａｌｉｃｅ"), ("alice", "al\u200dice"),
    ],
)  # fmt: skip
def test_look_alikes_are_the_same_name(one: str, other: str) -> None:
    assert username_key(one) == username_key(other)


@pytest.mark.parametrize(("one", "other"), [("bill", "bll"), ("jose", "josé"), ("anna", "hanna"), ("мир", "мор")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert username_key(one) != username_key(other)


def test_the_ascii_of_an_address_is_left_alone() -> None:
    assert email_key(" Arnold10@Example.org ") == "arnold10@example.org"
    assert email_key("аlice@example.org") == "alice@example.org"
    assert email_key("adrnin@example.org") != email_key("admin@example.org")


@pytest.mark.parametrize(
    "bad", ["", "alice", "a@b", "a b@example.org", "a@example.org\u0000", "x" * 250 + "@example.org"]
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_email(bad)
    assert list(refusal.value.fields or {}) == ["email"]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("e\u0301", "é"),
        ("👩‍🚀 Eva", "👩‍🚀 Eva"),
        ("می‌خواهم", "می‌خواهم"),
        ("x" * 50, "x" * 50),
        ("❤️", "❤️"),
    ],
)
def test_a_display_name_may_be_anything_that_shows(given_name: str, kept: str) -> None:
    assert clean_display_name(given_name) == kept


@pytest.mark.parametrize(
    "bad",
    [
        "", " \u3000\u00a0", "x" * 51, "a\u202eb", "al\u200dice", "\u200d", "a\nb", "\u2066a", "\ufeffa", "\u3164", "\u2800",
        "a" + "\u0300" * 6, "\u0301a", "a\u0000", "\u00ad\u00ad", "\ud800",
    ],
)  # fmt: skip
def test_a_display_name_that_hides_or_turns_text_is_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        clean_display_name(bad)


def test_a_status_may_be_empty_and_is_one_short_line() -> None:
    assert clean_status_text("  ") == ""
    assert clean_status_text("In a meeting 🎧") == "In a meeting 🎧"
    with pytest.raises(Invalid):
        clean_status_text("x" * 101)


@given(st.text(max_size=60))
def test_any_text_has_a_key_that_fits_its_column_and_is_its_own_key(text: str) -> None:
    key = username_key(text)
    assert len(key) <= 64
    assert "\x00" not in key
    assert len(email_key(text)) <= 254


@given(st.text(max_size=40))
def test_a_kept_username_is_kept_as_it_is_again(text: str) -> None:
    try:
        kept = clean_username(text)
    except Invalid:
        return
    assert clean_username(kept) == kept
    assert len(kept) <= 32


def test_the_list_of_look_alikes_is_not_read_for_ascii_names() -> None:
    script = (
        "import sys; from accounts.names import username_key; from accounts.look_alikes import _table; "
        "username_key('Alice'); sys.exit(_table.cache_info().currsize or 'confusable_homoglyphs.confusables' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
