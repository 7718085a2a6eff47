"""Which database this run is on, and where one of them does not do what its kind documents."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection


def on_mongodb() -> bool:
    return bool(settings.DEFAULT_DB_IS_MONGO)


def engine() -> str:
    """Return what the database is: sqlite, postgresql, mongodb, or documentdb, which speaks MongoDB's protocol."""
    if not on_mongodb():
        return connection.vendor
    return "mongodb" if "gitVersion" in build() else "documentdb"


def build() -> dict[str, Any]:
    """Return what a MongoDB server tells of itself."""
    connection.ensure_connection()
    told: dict[str, Any] = connection.connection.admin.command("buildInfo")
    return told


def differs_on(name: str, how: str) -> None:
    """Skip a test where this engine does something in another way than MongoDB documents, and say how."""
    if engine() == name:
        pytest.skip(f"{name} differs: {how}")
