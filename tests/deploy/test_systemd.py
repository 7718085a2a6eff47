"""systemd: its own program reads the units."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, unit

UNITS = ["chatflow", "chatflow-worker"]


def test_both_units_are_the_same_but_for_what_they_run() -> None:
    web, worker = map(unit, UNITS)
    assert worker["ExecStart"] == ["/opt/chatflow/.venv/bin/python manage.py worker"]
    own = {name for name in web.keys() | worker.keys() if web.get(name) != worker.get(name)}
    assert own == {"Description", "After", "ExecStart"}


@pytest.mark.parametrize("name", UNITS)
def test_systemd_knows_every_line_of_a_unit(name: str, tmp_path: Path) -> None:
    found = shutil.which("systemd-analyze") or pytest.skip("no systemd here")
    text = (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8")
    here = tmp_path / f"{name}.service"
    here.write_text(text.replace("/opt/chatflow/.venv/bin/python", "/usr/bin/env").replace("=chatflow\n", "=root\n"))
    told = subprocess.run([found, "verify", "--man=no", here], capture_output=True, text=True, check=False)
    assert [line for line in told.stderr.splitlines() if str(here) in line] == []


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_gives_up_what_it_does_not_need(name: str) -> None:
    kept = unit(name)
    assert kept["User"] == ["chatflow"]
    assert kept["ProtectSystem"] == ["strict"]
    assert kept["CapabilityBoundingSet"] == [""]
    assert kept["NoNewPrivileges"] == ["yes"]
