"""Analytics have a database of their own where one is named, and share the main one where not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings

from analytics.router import AnalyticsRouter
from config.copying import kinds, label
from tests.services import ROOT, Postgres, Server, postgres

OURS: Any = SimpleNamespace(_meta=SimpleNamespace(app_label="analytics"))
THEIRS: Any = SimpleNamespace(_meta=SimpleNamespace(app_label="rooms"))
router = AnalyticsRouter()


def test_without_a_database_of_their_own_everything_stays_where_it_is() -> None:
    assert router.db_for_read(OURS) is router.db_for_write(OURS) is None
    assert router.allow_migrate("default", "analytics") is None
    assert router.allow_relation(OURS, THEIRS) is None


def test_with_one_only_analytics_go_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES, "analytics", {})
    assert router.db_for_read(OURS) == router.db_for_write(OURS) == "analytics"
    assert router.db_for_read(THEIRS) is router.db_for_write(THEIRS) is None
    assert router.allow_migrate("analytics", "analytics") is router.allow_migrate("default", "rooms") is True
    assert router.allow_migrate("analytics", "rooms") is router.allow_migrate("default", "analytics") is False
    assert router.allow_relation(OURS, THEIRS) is False
    assert router.allow_relation(OURS, OURS) is None


def test_moving_the_main_database_leaves_them_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "analytics.daycount" in map(label, kinds())
    monkeypatch.setitem(settings.DATABASES, "analytics", {})
    found = list(map(label, kinds()))
    assert "messaging.message" in found
    assert not [name for name in found if name.startswith("analytics.")]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


def test_the_site_starts_with_it_and_puts_no_other_table_there(server: Postgres, tmp_path: Path) -> None:
    url = server.make_database("analytics")
    site = Server(tmp_path, ANALYTICS_DATABASE_URL=url)
    try:
        site.start()
    finally:
        site.stop()
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert {name for (name,) in found} <= {"django_migrations"} | {
        name for (name,) in found if name.startswith("analytics_")
    }


def test_one_that_is_not_postgresql_is_refused_by_name(tmp_path: Path) -> None:
    environment = os.environ | {"CHATFLOW_DATA": str(tmp_path), "ANALYTICS_DATABASE_URL": "mongodb://localhost/a"}
    started = [sys.executable, "-c", "import config.settings"]
    done = subprocess.run(started, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "ANALYTICS_DATABASE_URL" in done.stderr
