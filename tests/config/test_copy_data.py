"""`manage.py copy_data`: everything arrives, on whatever database, or it says what does not."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest

from tests.databases import named
from tests.services import postgres

ROOT = Path(__file__).resolve().parents[2]
MONGODB = os.environ.get("CHATFLOW_TEST_MONGODB_URL", "")
Answer = subprocess.CompletedProcess[str]


def manage(*arguments: str, url: str = "") -> Answer:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": url}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def copy(source: str, target: str, *options: str) -> Answer:
    return manage("copy_data", "--from", source, "--to", target, *options)


def sqlite(path: Path) -> str:
    return f"sqlite:///{path}"


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return everything in a SQLite database but what every `migrate` writes for itself."""
    with sqlite3.connect(path) as found:
        tables = [name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = sorted(set(tables) - {"django_migrations", "sqlite_sequence"})
        everything = {table: sorted(found.execute(f"SELECT * FROM {table}"), key=repr) for table in kept}  # noqa: S608
    found.close()
    return everything


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation with people, rooms, messages, a session and a line of the admin's log."""
    path = tmp_path_factory.mktemp("site") / "site.sqlite3"
    assert manage("migrate", "--verbosity", "0", url=sqlite(path)).returncode == 0
    assert manage("seed_demo", url=sqlite(path)).returncode == 0
    with sqlite3.connect(path) as site:
        (last,) = site.execute("SELECT id FROM messaging_message ORDER BY id LIMIT 1 OFFSET 700").fetchone()
        site.execute("DELETE FROM messaging_reaction WHERE message_id >= ?", [last])
        site.execute("DELETE FROM messaging_mention WHERE message_id >= ?", [last])
        site.execute("DELETE FROM messaging_message WHERE id >= ?", [last])
        (ada,) = site.execute("SELECT id FROM accounts_user WHERE username = 'ada'").fetchone()
        site.execute("INSERT INTO django_session VALUES ('abc', 'data', '2030-01-01 00:00:00.123456')")
        site.execute(
            "INSERT INTO django_admin_log (id, action_time, object_repr, action_flag, change_message, user_id)"
            " VALUES (9, '2026-11-24 10:00:00.123456', 'ü😀', 1, '', ?)",
            [ada],
        )
    site.close()
    return path


@pytest.fixture
def back(tmp_path: Path) -> Path:
    return tmp_path / "back.sqlite3"


def test_to_postgresql_and_back_nothing_is_lost(site: Path, back: Path) -> None:
    with postgres() as server:
        url = server.make_database("moved")
        there = copy(sqlite(site), url)
        assert there.returncode == 0, there.stderr
        assert "are there, and equal" in there.stdout
        assert copy(url, sqlite(back)).returncode == 0
    assert rows(back) == rows(site)


@pytest.fixture
def mongodb() -> Iterator[str]:
    if not MONGODB:
        pytest.skip("CHATFLOW_TEST_MONGODB_URL names no MongoDB")
    name = f"moved_{uuid.uuid4().hex[:8]}"
    yield named(MONGODB, name)
    with pymongo.MongoClient[dict[str, object]](MONGODB) as client:
        client.drop_database(name)


def test_to_mongodb_and_back_nothing_is_lost_but_microseconds(site: Path, back: Path, mongodb: str) -> None:
    there = copy(sqlite(site), mongodb)
    assert there.returncode == 0, there.stderr
    assert copy(mongodb, sqlite(back)).returncode == 0
    came, went = rows(back), rows(site)
    assert {table: len(found) for table, found in came.items()} == {table: len(found) for table, found in went.items()}
    assert came["messaging_message"] == went["messaging_message"]
    assert copy(sqlite(site), sqlite(back), "--resume").returncode == 0  # compares, and finds nothing to copy


def test_a_database_in_use_is_not_written_to(site: Path, back: Path) -> None:
    shutil.copy(site, back)
    refused = copy(sqlite(site), sqlite(back))
    assert refused.returncode == 1
    assert "the target is not empty" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_copy_that_was_interrupted_goes_on(site: Path, back: Path) -> None:
    shutil.copy(site, back)
    with sqlite3.connect(back) as cut:
        (middle,) = cut.execute("SELECT id FROM messaging_message ORDER BY id LIMIT 1 OFFSET 277").fetchone()
        for table in ("messaging_reaction", "messaging_mention", "rooms_membership", "django_admin_log"):
            cut.execute(f"DELETE FROM {table}")  # noqa: S608
        cut.execute("DELETE FROM messaging_message WHERE id >= ?", [middle])
    cut.close()
    assert copy(sqlite(site), sqlite(back), "--resume").returncode == 0
    assert rows(back) == rows(site)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_copy_that_is_stopped_in_the_middle_says_how_to_go_on(site: Path, back: Path, how: signal.Signals) -> None:
    command = [sys.executable, "manage.py", "copy_data", "--from", sqlite(site), "--to", sqlite(back)]
    surroundings = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": ""}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=surroundings, start_new_session=True, text=True, stdout=pipe, stderr=pipe
    ) as copying:
        assert copying.stdout is not None
        for line in copying.stdout:
            if line.startswith("rooms.room:"):
                break
        os.killpg(copying.pid, how)  # as a terminal does to all of it
        _, told = copying.communicate(timeout=60)
    assert "Traceback" not in told
    assert how is signal.SIGKILL or (copying.returncode == 1 and "go on with --resume" in told)
    assert copy(sqlite(site), sqlite(back), "--resume").returncode == 0
    assert rows(back) == rows(site)


def test_what_differs_in_the_end_is_told(site: Path, back: Path) -> None:
    shutil.copy(site, back)
    with sqlite3.connect(back) as changed:
        changed.execute(
            "UPDATE messaging_message SET text = 'other' WHERE id = (SELECT min(id) FROM messaging_message)"
        )
    changed.close()
    told = copy(sqlite(site), sqlite(back), "--resume")
    assert told.returncode == 1
    assert "differ in messaging.message" in told.stderr


def test_a_source_without_tables_is_refused(back: Path, tmp_path: Path) -> None:
    refused = copy(sqlite(tmp_path / "nothing.sqlite3"), sqlite(back))
    assert refused.returncode == 1
    assert "the source is not up to date" in refused.stderr


def test_it_copies_to_another_place(site: Path) -> None:
    assert "are the same database" in copy(sqlite(site), sqlite(site)).stderr
    assert "unknown scheme" in copy(sqlite(site), "mysql://host/name").stderr
