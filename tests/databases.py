"""The database a run is about (`DATABASE_URL`), and empty ones beside it for servers that tests start themselves."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg


def named(url: str, name: str) -> str:
    """Return the URL of another database on the same server, where one signs in as before."""
    parts = urlsplit(url)
    if parts.scheme.startswith("mongodb") and parts.username and "authSource=" not in parts.query:
        signs_in_at = f"authSource={parts.path.lstrip('/') or 'admin'}"
        parts = parts._replace(query="&".join(filter(None, [parts.query, signs_in_at])))
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def fresh_database() -> Iterator[str]:
    """Give the URL of an empty database on this run's server; the empty text on SQLite, which keeps to its folder."""
    url, name = os.environ.get("DATABASE_URL", ""), f"chatflow_{uuid.uuid4().hex[:12]}"
    scheme = urlsplit(url).scheme
    if scheme.startswith("postgres"):
        with psycopg.connect(named(url, "postgres"), autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
            yield named(url, name)
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
    elif scheme.startswith("mongodb"):
        from pymongo import MongoClient  # only where MongoDB's driver is installed

        yield named(url, name)
        with MongoClient[dict[str, object]](url) as client:
            client.drop_database(name)
    else:
        yield ""
