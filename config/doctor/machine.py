"""The programs ChatFlow runs on, and the web client it serves."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator

from django.conf import settings

from config.doctor.finding import Finding, ok, problem
from config.pages import web_client

LEAST_SQLITE = (3, 35)  # the first with RETURNING


def check() -> Iterator[Finding]:
    yield ok(
        f"ChatFlow {settings.VERSION}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        yield problem(f"SQLite {sqlite3.sqlite_version} is too old", "use a Python that brings SQLite 3.35 or newer")
    if web_client() is None:
        yield problem("the web client has not been built", "run: make run (or npm --prefix frontend run build)")
    else:
        yield ok("the web client is built")
