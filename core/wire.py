"""The wire format of both doors: typed structs, strict on what comes in (docs/protocol.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from core.errors import Invalid

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z")]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]


class In(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a client sends. Unknown fields and wrong types are refused."""


class Out(msgspec.Struct, kw_only=True):
    """What a client gets."""


class ErrorOut(Out):
    code: str
    message: str
    fields: dict[str, list[str]] | msgspec.UnsetType = msgspec.UNSET
    retry_after: float | msgspec.UnsetType = msgspec.UNSET
    data: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class RefusalOut(Out):
    """What every refusal looks like over REST; see core.errors."""

    error: ErrorOut


T = TypeVar("T")
encode = msgspec.json.Encoder().encode


def encode_text(value: Any) -> str:
    return encode(value).decode()


def validated(shape: type[T], data: Mapping[str, Any], *, strict: bool = True) -> T:
    """Return `data` (decoded JSON, or query strings with `strict=False`) as `shape`; raise `Invalid` that names the field."""
    try:
        found = msgspec.convert(data, shape, strict=strict)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    for name, value in data.items():
        if isinstance(value, str) and "\0" in value:  # PostgreSQL cannot keep it, and nobody can see it
            raise Invalid(fields={name: ["Leave out the NUL character."]})
    return found


def invalid(error: msgspec.ValidationError) -> Invalid:
    """Return msgspec's complaint as our error, with the path of the field (`$.text` -> `text`)."""
    text, _, path = str(error).partition(" - at `$")
    if "matching regex" in text:
        text = "This does not have the right form"
    field = path.rstrip("`").lstrip(".") or _named(text)
    return Invalid(fields={field: [text + "."]}, message=f"{field}: {text}." if field else text + ".")


def _named(text: str) -> str:
    """Missing and unknown fields are named in the sentence, not in the path."""
    found = re.search(r"field `([^`]*)`", text)
    return found.group(1) if found else ""
