"""What a check found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(NamedTuple):
    """`mend` says what to do; it is empty where all is well."""

    level: Level
    says: str
    mend: str = ""


Check = Callable[[], Iterator[Finding]]


def ok(says: str) -> Finding:
    return Finding(Level.OK, says)


def warning(says: str, mend: str) -> Finding:
    return Finding(Level.WARNING, says, mend)


def problem(says: str, mend: str) -> Finding:
    return Finding(Level.PROBLEM, says, mend)


def drift(seconds: float, than: str) -> Finding:
    """Judge this machine's clock against another's. Sessions, tickets and mutes end by it."""
    if abs(seconds) < 1:
        return ok(f"this machine's clock agrees with that of {than}")
    judge = problem if abs(seconds) >= 10 else warning
    return judge(f"this machine's clock is {seconds:+.1f} s off that of {than}", "let both keep time by NTP")
