"""`manage.py doctor` as an administrator runs it: what it finds in real services, how it says so, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis as client

from config.doctor.finding import Level, drift
from tests.services import ROOT, Postgres, free_port, postgres, redis


def doctor(data: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return _manage(data, "doctor", *options, **environment)


def findings(data: Path, **environment: str) -> dict[str, list[dict[str, Any]]]:
    """Return what it found that is not well, by service."""
    told = doctor(data, "--json", **environment)
    assert told.stderr == "", told.stderr
    bad: dict[str, list[dict[str, Any]]] = {}
    for finding in json.loads(told.stdout)["findings"]:
        if finding["level"] != "ok":
            assert finding["mend"]
            bad.setdefault(finding["service"], []).append(finding)
    levels = {finding["level"] for found in bad.values() for finding in found}
    assert told.returncode == (1 if "problem" in levels else 0)
    return bad


def _manage(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CHATFLOW_DATA": str(data)} | environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the data directory of a site whose database is up to date."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    assert _manage(folder, "migrate", "--verbosity", "0").returncode == 0
    return folder


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


def test_a_plain_site_is_well(data: Path) -> None:
    bad = findings(data)
    assert [finding["says"] for finding in bad.pop("site")] == ["only this machine can reach it"]
    bad.pop("machine", None)  # the web client is built in CI, not in every checkout
    assert bad == {}


def test_people_read_what_is_wrong_and_how_to_mend_it(data: Path) -> None:
    told = doctor(data)
    assert "warning  site      only this machine can reach it" in told.stdout
    assert "-> set ALLOWED_HOSTS=" in told.stdout


def test_warnings_count_only_when_asked_to(data: Path) -> None:
    expected = doctor(data).returncode
    assert expected in (0, 1)
    assert doctor(data, "--strict").returncode == (expected or 2)


def test_a_secret_that_others_may_read_is_a_problem(data: Path) -> None:
    (data / "secrets" / "secret_key").chmod(0o644)
    (found,) = findings(data)["data"]
    assert found["level"] == "problem"
    assert found["mend"] == f"run: chmod 600 {data / 'secrets' / 'secret_key'}"


def test_a_database_that_is_away_is_a_problem_and_the_others_are_looked_at(data: Path) -> None:
    bad = findings(data, DATABASE_URL=f"postgres://127.0.0.1:{free_port()}/chat", REDIS_URL="redis://127.0.0.1:1/0")
    assert "Connection refused" in bad["database"][0]["says"]
    assert bad["redis"][0]["says"].startswith("REDIS_URL: ")


def test_migrations_that_wait_are_a_problem(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (found,) = findings(tmp_path)["database"]
    assert "have not been applied" in found["says"]


def test_postgres_that_may_lose_messages_is_a_warning(data: Path, database: Postgres) -> None:
    url = database.make_database("careless")
    _manage(data, "migrate", "--verbosity", "0", DATABASE_URL=url)
    assert "database" not in findings(data, DATABASE_URL=url)
    with psycopg.connect(database.url_of("postgres"), autocommit=True) as connection:
        connection.execute("ALTER DATABASE careless SET synchronous_commit = off")
    (found,) = findings(data, DATABASE_URL=url)["database"]
    assert found["level"] == "warning"
    assert "synchronous_commit" in found["says"]


def test_a_standby_is_a_problem(data: Path, database: Postgres) -> None:
    url = database.make_database("standby")
    _manage(data, "migrate", "--verbosity", "0", DATABASE_URL=url)
    with psycopg.connect(database.url_of("postgres"), autocommit=True) as connection:
        connection.execute("ALTER DATABASE standby SET default_transaction_read_only = on")
    (found,) = findings(data, DATABASE_URL=url)["database"]
    assert "no writes" in found["says"]


def test_the_database_of_analytics_is_looked_at_by_its_own_name(data: Path, database: Postgres) -> None:
    assert "not configured: they are kept in the main database" in doctor(data).stdout
    url = database.make_database("reports")
    (found,) = findings(data, ANALYTICS_DATABASE_URL=url)["analytics"]
    assert found["mend"].startswith("run: manage.py migrate --database analytics")
    _manage(data, "migrate", "--database", "analytics", "--verbosity", "0", ANALYTICS_DATABASE_URL=url)
    assert "analytics" not in findings(data, ANALYTICS_DATABASE_URL=url)
    away = f"postgres://127.0.0.1:{free_port()}/reports"
    bad = findings(data, ANALYTICS_DATABASE_URL=away)
    assert bad["analytics"][0]["says"].startswith("ANALYTICS_DATABASE_URL: ")
    assert bad["analytics"][0]["mend"].startswith("set ANALYTICS_DATABASE_URL right")
    assert "database" not in bad


def test_redis_is_listened_to(data: Path) -> None:
    with redis() as running:
        told = doctor(data, REDIS_URL=running.url)
        assert "what is published arrives" in told.stdout
        assert "clock agrees with that of Redis" in told.stdout
        assert "several processes share one SQLite file" in told.stdout
        with client.Redis.from_url(running.url) as connection:
            connection.config_set("maxmemory-policy", "allkeys-lru")
        (found,) = findings(data, REDIS_URL=running.url)["redis"]
        assert "may throw away jobs" in found["says"]


def test_a_public_site_should_reach_people_by_mail(data: Path) -> None:
    public = {
        "ALLOWED_HOSTS": "chat.example.org",
        "TRUSTED_ORIGINS": "https://chat.example.org",
        "TRUSTED_PROXIES": "1",
    }
    (found,) = findings(data, **public)["reaching"]
    assert found["mend"].startswith("set EMAIL_URL=")
    (found,) = findings(data, EMAIL_URL="smtp://127.0.0.1:1", **public)["reaching"]
    assert found["says"].startswith("the mail server refuses")
    bad = findings(data, EMAIL_URL="smtp://127.0.0.1:1", VAPID_SUBJECT="mailto:me@localhost", **public)["reaching"]
    assert len(bad) == 2


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"ALLOWED_HOSTS": "chat.example.org"}, "passwords travel in the clear"),
        ({"ALLOWED_HOSTS": "chat.example.org", "HTTPS": "1"}, "no proxy is believed"),
        (
            {"TRUSTED_ORIGINS": "https://chat.example.org", "TRUSTED_PROXIES": "1"},
            "ALLOWED_HOSTS has no chat.example.org",
        ),
        ({"DEBUG": "1"}, "DEBUG is on"),
    ],
)
def test_a_site_that_contradicts_itself_is_told(data: Path, environment: dict[str, str], says: str) -> None:
    assert any(says in finding["says"] for finding in findings(data, **environment)["site"])


def test_a_setting_that_cannot_be_read_is_told_without_a_traceback(tmp_path: Path) -> None:
    told = doctor(tmp_path, DATABASE_URL="mysql://localhost/chat")
    assert told.returncode == 1
    assert told.stderr.startswith("DATABASE_URL ")
    assert len(told.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("seconds", "level"), [(0.4, Level.OK), (-3, Level.WARNING), (12, Level.PROBLEM)])
def test_clocks_may_differ_a_little(seconds: float, level: Level) -> None:
    assert drift(seconds, "the database").level is level
