"""A MongoDB that cannot hold ChatFlow is refused at the start, with the variable's name and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.mongo.replay import HELLO, replaying

ROOT = Path(__file__).resolve().parent.parent.parent
STANDALONE = {name: value for name, value in HELLO.items() if name != "msg"}


def start(url: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": url, "CHATFLOW_DATA": str(data), "PORT": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "config.server"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def refused(url: str, data: Path) -> str:
    answer = start(url, data)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    return answer.stderr


def test_a_standalone_mongod(tmp_path: Path) -> None:
    with replaying(hello=STANDALONE, ismaster=STANDALONE) as server:
        told = refused(server.url, tmp_path)
    assert "DATABASE_URL names a standalone mongod" in told and "--replSet" in told


def test_an_old_server(tmp_path: Path) -> None:
    with replaying(buildinfo={"version": "5.0.0", "versionArray": [5, 0, 0, 0], "ok": 1.0}) as server:
        told = refused(server.url, tmp_path)
    assert "DATABASE_URL" in told and "MongoDB 6.0 or later is required" in told


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    told = refused("mongodb://127.0.0.1:9/chatflow?serverSelectionTimeoutMS=300", tmp_path)
    assert "DATABASE_URL" in told and "no MongoDB server answers" in told


def test_an_address_that_is_none(tmp_path: Path) -> None:
    told = refused("mongodb://user:secret@127.0.0.1:99999999/chatflow", tmp_path)
    assert "DATABASE_URL is not right" in told and "secret" not in told
