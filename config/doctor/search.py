"""The search index: all of it there, and as far as the rooms are."""

from __future__ import annotations

from collections.abc import Iterator

from config.doctor.finding import Finding, ok, problem, warning
from messaging import search
from messaging.services.indexing import behind

MANY = 1_000


def check() -> Iterator[Finding]:
    if missing := search.absent():
        yield problem(f"the search lacks {', '.join(missing)}", "run: manage.py reindex_search")
        return
    changes = behind()
    says = f"the search index is {changes} changes behind"
    yield (
        warning(says, "let jobs run, or run: manage.py reindex_search")
        if changes > MANY
        else ok("the search index is up to date" if changes == 0 else says)
    )
