"""Whatever apps know of a person, for a copy of it and for its end. The list is composed above, in config."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class FileOf:
    """A file of the person's in the store, and what to call it."""

    key: str
    name: str


@dataclass(frozen=True)
class Part:
    """`rows` yields what goes into `<name>.jsonl`, `files` what lies beside it, `forget` removes all; twice is fine.

    `forget` is given whether the person's messages are to go as well.
    """

    name: str
    rows: Callable[[int], Iterable[Any]] = lambda user_id: ()
    files: Callable[[int], Iterable[FileOf]] = lambda user_id: ()
    forget: Callable[[int, bool], None] = lambda user_id, with_messages: None


@cache
def all_parts() -> list[Part]:
    """Return what the setting `PERSON_PARTS` names."""
    return cast("list[Part]", import_string(settings.PERSON_PARTS))
