"""The end of the audit log: a log without it keeps nothing more, and what belongs into it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from config.doctor.finding import Finding, ok, problem
from moderation.services.audit import end_of_log


def check() -> Iterator[Finding]:
    wrong = end_of_log()
    if wrong is None:
        yield ok("the audit log ends where its head says")
    else:
        mend = "run: manage.py audit_verify, and see docs/operations.md, The audit log"
        yield problem(f"entry {wrong.broken} of the audit log is broken: {wrong.why}", mend)
