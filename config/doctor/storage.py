"""Where files are kept: everything is tried on a file of its own, which is removed again."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured

from config.doctor.finding import Finding, ok, problem
from core.errors import AppError
from core.storage.chosen import store


def check() -> Iterator[Finding]:
    kind = type(store()).__name__
    try:
        store().check()
    except (ImproperlyConfigured, AppError) as error:
        yield problem(str(error), "see Settings in README.md for what the store must allow")
    else:
        yield ok(f"{kind}: a file can be written, signed, read and removed")
