"""What lies in deploy/, read; and the programs that judge it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.services import ROOT

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes" / "base"


def tool(name: str) -> str:
    found = Path(sys.executable).parent / name
    if not found.exists():
        pytest.skip(f"{name} is not made for this system")
    return str(found)


def passes(*command: str) -> None:
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def documents(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def found_manifest(name: str) -> Any:
    return read(KUBERNETES / f"{name}.yaml")


def unit(name: str) -> dict[str, list[str]]:
    lines = (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    for name, separator, value in (line.partition("=") for line in lines if not line.startswith("#")):
        if separator:
            found.setdefault(name, []).append(value)
    return found


COMPOSE = read(DEPLOY / "compose.yaml")
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "chatflow:local"}
WORKERS = {name: service for name, service in OURS.items() if "command" in service}
WEB = {name: service for name, service in OURS.items() if name not in WORKERS}
