import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import AppError
from core.parsing import MOST_DEPTH, parse

scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def _nested(depth: int, kind: str) -> str:
    return "[" * depth + "]" * depth if kind == "list" else '{"a":' * depth + "1" + "}" * depth


@given(values)
def test_whatever_is_json_comes_out_as_it_went_in(value: Any) -> None:
    try:
        assert parse(json.dumps(value)) == value
    except AppError as refusal:
        assert "nested" in refusal.message


@pytest.mark.parametrize("kind", ["list", "object"])
def test_sixteen_levels_are_read_and_no_more(kind: str) -> None:
    assert parse(_nested(MOST_DEPTH, kind))
    for depth in (MOST_DEPTH + 1, 1_000, 60_000):
        with pytest.raises(AppError, match=r"protocol\.json"):
            parse(_nested(depth, kind))


@pytest.mark.parametrize(
    "junk",
    [
        b"", b" ", b"{", b"nul", b"NaN", b"1 2", b"{'a': 1}", b'{"a": 1,}', b"\xff\xfe", b'"\xed\xa0\x80"', b'"\\ud800"',
        b'"\\udc00 "', b'"\x00"', b"\x00", b"\xef\xbb\xbf{}", b"[1e999]", b"-", b"//",
    ],
)  # fmt: skip
def test_anything_else_is_refused(junk: bytes) -> None:
    with pytest.raises(AppError) as refusal:
        parse(junk)
    assert (refusal.value.status, refusal.value.code) == (400, "protocol.json")


@given(st.binary() | st.text())
def test_no_input_is_met_with_anything_but_a_refusal(raw: bytes | str) -> None:
    try:
        parse(raw)
    except AppError as refusal:
        assert refusal.code == "protocol.json"
