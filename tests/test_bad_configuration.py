"""The real start with a configuration that cannot work: one sentence that names the variable, exit code 1, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.services import ROOT, Postgres, Server, free_port, postgres, required
from tools.processes import S3

WORKER = ("manage.py", "worker")


def refused(data: Path, **environment: str) -> str:
    """Start a server with just these variables; return what keeps it from starting."""
    told = only_line_of(("-m", "config.server"), data, environment)
    assert told.startswith("ChatFlow cannot start: ")
    return told.removeprefix("ChatFlow cannot start: ")


def only_line_of(program: tuple[str, ...], data: Path, environment: dict[str, str]) -> str:
    told = subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CHATFLOW_DATA": str(data), "PORT": str(free_port())} | environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert told.returncode == 1, told
    assert "Traceback" not in told.stderr
    lines = told.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    """Return a PostgreSQL that asks for passwords."""
    with postgres() as running:
        with psycopg.connect(running.url_of("postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE guest LOGIN PASSWORD 'the right one'")
        rules = running.folder / "data" / "pg_hba.conf"
        rules.write_text(f"host all {running.OWNER} 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        running.stop()
        running.start()
        yield running


@pytest.mark.parametrize(
    ("name", "junk"),
    [
        ("DATABASE_URL", "mysql://localhost/chat"),
        ("DATABASE_URL", "postgres://chat:pa#ss@localhost/chat"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all/chat.sqlite3"),
        ("ANALYTICS_DATABASE_URL", "sqlite:////tmp/reports.sqlite3"),
        ("ANALYTICS_DATABASE_URL", "postgres://chat:pa#ss@localhost/chat"),
        ("REDIS_URL", "localhost:6379"),
        ("SERVER", "gunicorn"),
        ("PORT", "eighty"),
        ("LOG_LEVEL", "loud"),
        ("METRICS_TOKEN", "short"),
        ("CHATFLOW_DATA", "/proc/nothing/here"),
        ("S3_ENDPOINT_URL", "https://s3.example.org"),
    ],
)
def test_junk_is_named(tmp_path: Path, name: str, junk: str) -> None:
    told = refused(tmp_path, **{name: junk})
    assert name in told or name.partition("_")[0] in told
    assert "pa#ss" not in told


def test_an_unreachable_database_is_named(tmp_path: Path) -> None:
    port = free_port()
    told = refused(tmp_path, DATABASE_URL=f"postgres://chat:secret@127.0.0.1:{port}/chat")
    assert told == f"DATABASE_URL: PostgreSQL at 127.0.0.1:{port}: Connection refused"


def test_an_unreachable_database_of_analytics_is_named(tmp_path: Path) -> None:
    port = free_port()
    told = refused(tmp_path, ANALYTICS_DATABASE_URL=f"postgres://chat:secret@127.0.0.1:{port}/reports")
    assert told == f"ANALYTICS_DATABASE_URL: PostgreSQL at 127.0.0.1:{port}: Connection refused"


def test_a_database_of_analytics_that_takes_no_tables_is_named(tmp_path: Path, database: Postgres) -> None:
    url = database.make_database("sealed")
    with psycopg.connect(database.url_of("postgres"), autocommit=True) as connection:
        connection.execute("ALTER DATABASE sealed SET default_transaction_read_only = on")
    assert refused(tmp_path, ANALYTICS_DATABASE_URL=url).startswith("ANALYTICS_DATABASE_URL: ")


def test_a_worker_names_what_keeps_it_from_working(tmp_path: Path) -> None:
    port = free_port()
    told = only_line_of(WORKER, tmp_path, {"DATABASE_URL": f"postgres://chat:secret@127.0.0.1:{port}/chat"})
    assert told == f"DATABASE_URL: PostgreSQL at 127.0.0.1:{port}: Connection refused"
    assert "S3_BUCKET" in only_line_of(WORKER, tmp_path, {"S3_ENDPOINT_URL": "https://s3.example.org"})


def test_a_host_that_does_not_exist_is_named(tmp_path: Path) -> None:
    told = refused(tmp_path, DATABASE_URL="postgres://chat:secret@nowhere.invalid/chat")
    assert told.startswith("DATABASE_URL: PostgreSQL at nowhere.invalid:5432: ")


def test_an_unknown_database_is_named(tmp_path: Path, database: Postgres) -> None:
    told = refused(tmp_path, DATABASE_URL=database.url_of("nothing"))
    assert told == f'DATABASE_URL: PostgreSQL at 127.0.0.1:{database.port}: database "nothing" does not exist'


def test_a_wrong_password_is_named_and_never_shown(tmp_path: Path, database: Postgres) -> None:
    told = refused(tmp_path, DATABASE_URL=f"postgres://guest:wrong1@127.0.0.1:{database.port}/postgres")
    assert told.startswith("DATABASE_URL: ")
    assert "password authentication failed" in told
    assert "wrong1" not in told


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "chat.sqlite3").write_text("a shopping list, and not a short one: " * 20)
    assert refused(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/chat.sqlite3").startswith("DATABASE_URL: ")


def test_a_missing_bucket_is_named(tmp_path: Path) -> None:
    pytest.importorskip("moto")
    store = S3(sys.executable)
    store.start()
    keys = {"S3_ACCESS_KEY_ID": "somebody", "S3_SECRET_ACCESS_KEY": "something"}
    try:
        told = refused(tmp_path, S3_BUCKET="not-there", S3_ENDPOINT_URL=store.url, **keys)
    finally:
        store.stop()
    assert told.startswith("S3_BUCKET: ")
    assert "something" not in told


def test_without_redis_it_starts_and_says_so(tmp_path: Path) -> None:
    required("redis")
    server = Server(tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    try:
        server.start()
        told = server.log.read_text()
    finally:
        server.stop()
    assert "ChatFlow starts without Redis" in told
    assert "REDIS_URL" in told
    assert "Traceback" not in told
