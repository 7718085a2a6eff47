"""Analytics in a PostgreSQL database of their own: what is counted there is what the main one holds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.databases import fresh_database
from tests.services import ROOT, Postgres, postgres

Run = Callable[..., str]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def analytics_url(server: Postgres) -> str:
    return server.make_database("analytics_apart")


@pytest.fixture
def run(analytics_url: str, tmp_path: Path) -> Iterator[Run]:
    """Return a function that runs a program of the site, which is empty at first, and returns what it prints."""
    with fresh_database() as url:
        own = {
            "CHATFLOW_DATA": str(tmp_path),
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "ANALYTICS_DATABASE_URL": analytics_url,
            "SITE_TIME_ZONE": "Europe/Berlin",
        }
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}

        def program(*arguments: str) -> str:
            done = subprocess.run(
                [sys.executable, *arguments], cwd=ROOT, env=kept | own, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        yield program


SITE = "SELECT count(*), sum(messages) FROM analytics_daycount WHERE room_id = 0 AND zone = 'UTC'"
KEPT = "SELECT zone, room_id, day, messages, active_week, new_people, hours FROM analytics_daycount ORDER BY 1, 2, 3"


def test_what_is_counted_apart_equals_a_count_by_hand(run: Run, analytics_url: str) -> None:
    for alias in ("default", "analytics"):
        run("manage.py", "migrate", "--database", alias, "--verbosity", "0")
    run("manage.py", "seed_demo", "--messages", "500", "--password", "correct horse battery")
    assert "Europe/Berlin: " in run("manage.py", "fill_analytics")
    equal, of, total = run("-m", "tests.analytics.apart").split()
    assert (of, equal) == ("of", total)
    assert int(total) > 100
    with psycopg.connect(analytics_url, autocommit=True) as connection:
        days, messages = connection.execute(SITE).fetchall()[0]
        assert days > 30
        assert 400 < messages <= 500
        before = connection.execute(KEPT).fetchall()
        connection.execute("TRUNCATE analytics_daycount, analytics_firstday")  # lost: it fills itself again
        run("manage.py", "fill_analytics")
        assert connection.execute(KEPT).fetchall() == before
