"""What a library says every moment is told once a minute, in words of the product's."""

from __future__ import annotations

import logging
import sys
import time

import pytest
from django.conf import settings

from core.seldom import Seldom


def record(text: str) -> logging.LogRecord:
    try:
        raise ConnectionError
    except ConnectionError:
        return logging.LogRecord("library", logging.ERROR, "file", 1, text, (), sys.exc_info())


def test_it_is_told_once_a_minute_without_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    filtered = Seldom(["it broke"], "the service is away")
    first, started = record("it broke"), time.monotonic()
    assert filtered.filter(first)
    assert (first.getMessage(), first.levelname, first.exc_info) == ("the service is away", "WARNING", None)
    assert not filtered.filter(record("it broke"))
    monkeypatch.setattr("core.seldom.time.monotonic", lambda: started + 61)
    assert filtered.filter(record("it broke"))


def test_whatever_else_is_said_stays_as_it_is() -> None:
    other = record("something else")
    assert Seldom(["it broke"], "the service is away").filter(other)
    assert other.getMessage() == "something else" and other.exc_info is not None


def test_every_filter_is_at_a_logger() -> None:
    used = {name for logger in settings.LOGGING["loggers"].values() for name in logger.get("filters", [])}
    assert used == set(settings.LOGGING["filters"])
