"""`DATABASE_URL` -> Django's setting for SQLite, PostgreSQL or MongoDB. The same models and migrations serve them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

MONGO_SCHEMES = {"mongodb", "mongodb+srv"}
SCHEMES = {"sqlite", "postgres", "postgresql"} | MONGO_SCHEMES
VARIABLES = {"default": "DATABASE_URL", "analytics": "ANALYTICS_DATABASE_URL"}  # by alias
# WAL lets readers go on while one writes. NORMAL keeps what was committed through a crash of any process; a power cut
# may lose the last moments: SQLITE_SYNCHRONOUS=FULL closes that at the price of an fsync for every commit.
PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous={synchronous};PRAGMA busy_timeout=20000;PRAGMA cache_size=-20000;"

# On MongoDB: what was acknowledged survives the loss of a server, and is what everybody reads.
RELIED_ON = {"w": "majority", "readConcernLevel": "majority", "readPreference": "primary"}
USUAL = {"appname": "chatflow", "serverSelectionTimeoutMS": 10_000}


def database(url: str, data: Path, synchronous: str = "NORMAL", *, alias: str = "default") -> dict[str, Any]:
    """Return the setting for `url`, which `alias` was given; an empty one means SQLite in the data directory."""
    if is_mongo(url):
        return _mongo(url)
    setting = _parsed(url or f"sqlite:///{data / 'chatflow.sqlite3'}", VARIABLES[alias])
    if setting["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: a transaction that reads first and writes later would otherwise fail at once with "database is locked".
        setting["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": PRAGMAS.format(synchronous=synchronous),
        }
        setting["CONN_MAX_AGE"] = None  # a thread keeps its connection: opening one costs more than most queries
    else:
        setting["OPTIONS"] = {**setting.get("OPTIONS", {}), "pool": {"min_size": 0, "max_size": 16, "timeout": 10}}
    return setting


def _parsed(url: str, variable: str) -> dict[str, Any]:
    """Read the URL. What is wrong with it is not repeated: a password may be cut at the wrong place."""
    try:
        return dict(dj_database_url.parse(url, conn_max_age=0))
    except ValueError:
        raise ImproperlyConfigured(
            f"{variable} cannot be read: write scheme://user:password@host:port/name, with %-codes for special characters"
        ) from None


def is_mongo(url: str) -> bool:
    return urlsplit(url).scheme in MONGO_SCHEMES


def _mongo(url: str) -> dict[str, Any]:
    """Return the setting for MongoDB. Its driver reads the URL itself."""
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/")) or "chatflow"
    if set(name) & set('/\\. "$*<>:|?'):
        raise ImproperlyConfigured(f"DATABASE_URL: {name!r} cannot be a database's name on MongoDB")
    given = {option.lower() for option in parse_qs(parts.query)}
    return {
        "ENGINE": "core.mongo",
        "HOST": url,
        "NAME": name,
        "OPTIONS": RELIED_ON | {option: value for option, value in USUAL.items() if option.lower() not in given},
    }
