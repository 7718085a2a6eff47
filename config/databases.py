"""`DATABASE_URL` -> Django's setting. SQLite and PostgreSQL; the models also keep to what MongoDB can do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

SCHEMES = {"sqlite", "postgres", "postgresql"}
# WAL lets readers go on while one writes. NORMAL keeps what was committed through a crash of any process; a power cut
# may lose the last moments: SQLITE_SYNCHRONOUS=FULL closes that at the price of an fsync for every commit.
PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous={synchronous};PRAGMA busy_timeout=20000;PRAGMA cache_size=-20000;"


def database(url: str, data: Path, synchronous: str = "NORMAL") -> dict[str, Any]:
    """Return the setting for `url`; an empty one means SQLite in the data directory."""
    setting: dict[str, Any] = dict(
        dj_database_url.parse(url or f"sqlite:///{data / 'chatflow.sqlite3'}", conn_max_age=0)
    )
    if setting["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: a transaction that reads first and writes later would otherwise fail at once with "database is locked".
        setting["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": PRAGMAS.format(synchronous=synchronous),
        }
    else:
        setting["OPTIONS"] = {**setting.get("OPTIONS", {}), "pool": {"min_size": 0, "max_size": 16, "timeout": 10}}
    return setting
