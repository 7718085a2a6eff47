from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.wire import Id, In, Limit, Seq, encode_text, validated


class Inner(In):
    seq: Seq


class Sample(In):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=5)]
    kind: Literal["a", "b"] = "a"
    room_id: Id = "1"
    inner: Inner | None = None
    ids: list[Id] = []


class Asked(In):
    limit: Limit = 50


def _told(data: Any, shape: type[Any] = Sample, **how: bool) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        validated(shape, data, **how)
    assert refusal.value.fields
    return {name: list(reasons) for name, reasons in refusal.value.fields.items()}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "text"),
        ({"text": 1}, "text"),
        ({"text": None}, "text"),
        ({"text": ""}, "text"),
        ({"text": "123456"}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "a", "more": 1}, "more"),
        ({"text": "a", "kind": "c"}, "kind"),
        ({"text": "a", "room_id": "x"}, "room_id"),
        ({"text": "a", "room_id": 7}, "room_id"),
        ({"text": "a", "room_id": "1\n"}, "room_id"),
        ({"text": "a", "room_id": "٣"}, "room_id"),
        ({"text": "a", "room_id": "1" * 20}, "room_id"),
        ({"text": "a", "inner": {"seq": -1}}, "inner.seq"),
        ({"text": "a", "inner": {"seq": 1.5}}, "inner.seq"),
        ({"text": "a", "inner": {"seq": True}}, "inner.seq"),
        ({"text": "a", "inner": {"seq": 2**53 + 1}}, "inner.seq"),
        ({"text": "a", "ids": ["1", "x"]}, "ids[1]"),
    ],
)
def test_the_field_that_is_wrong_is_named(data: Any, field: str) -> None:
    assert list(_told(data)) == [field]


def test_strings_of_a_query_are_read_as_what_they_stand_for() -> None:
    assert validated(Asked, {"limit": "7"}, strict=False).limit == 7
    for junk in ("0", "101", "x", "", "7.5", "-7"):
        assert list(_told({"limit": junk}, Asked, strict=False)) == ["limit"]


def test_the_patterns_of_python_stay_inside() -> None:
    assert _told({"text": "a", "room_id": "x"})["room_id"] == ["This does not have the right form."]


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.text())))
def test_whatever_comes_is_taken_or_refused(data: dict[str, Any]) -> None:
    try:
        validated(Sample, data)
    except Invalid as refusal:
        assert refusal.payload()["fields"]


@given(st.text())
def test_text_leaves_as_it_is(text: str) -> None:
    assert msgspec.json.decode(encode_text({"text": text})) == {"text": text}
