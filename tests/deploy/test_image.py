"""The image is linted, and what it gets is tried without a container."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from tests.deploy.files import DEPLOY, passes, tool
from tests.services import ROOT


def test_the_dockerfile_passes_its_linter() -> None:
    passes(tool("hadolint"), "deploy/Dockerfile")


def test_the_image_runs_as_nobody_and_is_watched() -> None:
    stages = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")
    assert len(stages) == 4
    assert "\nUSER 10001:10001\n" in stages[-1]
    assert "HEALTHCHECK" in stages[-1]
    assert stages[-1].rstrip().endswith('CMD ["python", "-m", "config.server"]')


def test_what_the_image_gets_is_all_it_needs_and_no_data(tmp_path: Path) -> None:
    everything, *taken = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert everything == "*"
    assert not {"!data", "!tests", "!.git"} & set(taken)
    names = [name.removeprefix("!") for name in taken if name.startswith("!")]
    for found in (ROOT / name for name in names if (ROOT / name).exists() and name != "frontend"):
        copy = partial(shutil.copytree, ignore=shutil.ignore_patterns("__pycache__")) if found.is_dir() else shutil.copy
        copy(found, tmp_path / found.name)
    surroundings = {"PATH": os.environ["PATH"], "CHATFLOW_DATA": str(tmp_path / "data")}
    for command in (["migrate", "--verbosity", "0"], ["check"]):
        told = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=tmp_path,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
