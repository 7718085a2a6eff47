import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.pagination import cursor_after, read_cursor


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers(0, 2**63 - 1))
def test_a_cursor_gives_back_the_keys_it_was_made_of(name: str, key: int) -> None:
    cursor = cursor_after(name, key)
    assert cursor.isascii()
    assert not set(cursor) & set("=+/&?# ")
    assert read_cursor(cursor, tuple[str, int]) == (name, key)


@pytest.mark.parametrize(
    "junk",
    [
        "x", "é", "=", "%%%", "a b", "\0", _cursor([]), _cursor(["a"]), _cursor(["a", "b"]), _cursor(["a", 1, 2]),
        _cursor({"a": 1}), _cursor([1, "a"]), _cursor(["a", 1.5]), _cursor(["a\0", 1]), _cursor(["a", 2**63]),
        base64.urlsafe_b64encode(b'["a",999999999999999999999999]').decode(),
    ],
)  # fmt: skip
def test_one_we_never_gave_out_is_refused_by_name(junk: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_cursor(junk, tuple[str, int])
    assert list(refusal.value.fields or ()) == ["cursor"]


@given(st.text())
def test_no_text_is_met_with_anything_but_a_refusal(text: str) -> None:
    try:
        read_cursor(text, tuple[str, int])
    except Invalid:
        return
