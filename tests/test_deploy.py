"""deploy/: what cannot be run without containers is held against its schema, a linter, or the program that reads it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_validate import latest_version, validate  # type: ignore[import-untyped]

from tests.services import ROOT, required

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted(path for path in (DEPLOY / "kubernetes").rglob("*.yaml") if path.name != "kustomization.yaml")
OF_COMPOSE = {"WEB_CONCURRENCY"}


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


def settings() -> set[str]:
    """Return every variable that README.md documents."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Settings")[1].split("## Grow")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}


COMPOSE = read(DEPLOY / "compose.yaml")
WEB = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "chatflow:local"}


def test_the_dockerfile_passes_its_linter() -> None:
    passes(tool("hadolint"), "deploy/Dockerfile")


def test_the_image_runs_as_nobody_and_is_watched() -> None:
    stages = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")
    assert len(stages) == 4
    assert "\nUSER 10001:10001\n" in stages[-1]
    assert "HEALTHCHECK" in stages[-1]
    assert stages[-1].rstrip().endswith('CMD ["python", "-m", "config.server"]')


def test_the_image_gets_every_package_of_the_product_and_no_data() -> None:
    listed = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert listed[0] == "*"
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"core", "config", "templates", "frontend"}
    assert {name.removeprefix("!") for name in listed if name.startswith("!")} >= packages
    assert not {"!data", "!tests", "!.git"} & set(listed)


def test_compose_keeps_to_its_schema() -> None:
    passes(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml")


@pytest.mark.parametrize("profile", ["plain", "postgres", "full"])
def test_every_profile_is_whole(profile: str) -> None:
    up = {name: service for name, service in COMPOSE["services"].items() if profile in service["profiles"]}
    for service in up.values():
        assert set(service.get("depends_on", [])) <= set(up)
    for name in set(up) & set(WEB):
        for url in ("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT_URL"):
            host = re.search(r"(?:@|://)([a-z0-9-]+):\d+", up[name]["environment"].get(url, ""))
            assert host is None or host[1] in up
    assert len(set(up) & set(WEB)) == (2 if profile == "full" else 1)


def test_every_variable_that_is_set_is_one_that_is_read() -> None:
    for service in WEB.values():
        assert set(service["environment"]) <= settings()
    pairs = read(DEPLOY / "kubernetes" / "base" / "kustomization.yaml")["configMapGenerator"][0]["literals"]
    assert {pair.partition("=")[0] for pair in pairs} <= settings()


def test_web_processes_may_write_only_where_they_must() -> None:
    for service in WEB.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["data:/data"]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_keep_to_kubernetes_schema(path: Path) -> None:
    validate(read(path), latest_version(), strict=True)


def test_kustomize_names_every_manifest() -> None:
    base = read(DEPLOY / "kubernetes" / "base" / "kustomization.yaml")
    assert sorted(base["resources"]) == [path.name for path in MANIFESTS]


def test_pods_are_found_by_everything_that_selects_them() -> None:
    found = {path.stem: read(path) for path in MANIFESTS}
    (labels,) = [dict(found["deployment"]["spec"]["template"]["metadata"]["labels"])]
    assert found["deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert found["service"]["spec"]["selector"] == labels
    assert found["disruption"]["spec"]["selector"]["matchLabels"] == labels
    assert found["network"]["spec"]["podSelector"]["matchLabels"] == labels
    assert found["autoscaling"]["spec"]["scaleTargetRef"]["name"] == found["deployment"]["metadata"]["name"]


def test_a_pod_has_longer_to_stop_than_the_server_takes() -> None:
    pod = read(DEPLOY / "kubernetes" / "base" / "deployment.yaml")["spec"]["template"]["spec"]
    grace = int(re.findall(r"GRACE = (\d+)", (ROOT / "config" / "server.py").read_text())[0])
    (container,) = pod["containers"]
    assert pod["terminationGracePeriodSeconds"] > grace + container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert all(int(service["stop_grace_period"].removesuffix("s")) > grace for service in WEB.values())
    assert int(unit()["TimeoutStopSec"][0]) > grace


def unit() -> dict[str, list[str]]:
    lines = (DEPLOY / "systemd" / "chatflow.service").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    for name, separator, value in (line.partition("=") for line in lines if not line.startswith("#")):
        if separator:
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_gives_up_what_it_does_not_need() -> None:
    kept = unit()
    assert kept["User"] == ["chatflow"]
    assert kept["ProtectSystem"] == ["strict"]
    assert kept["CapabilityBoundingSet"] == [""]
    assert kept["NoNewPrivileges"] == ["yes"]


def places() -> Iterator[str]:
    text = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    yield from re.findall(r"proxy_(?:read|send)_timeout (\d+)s", text)


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    here = tmp_path / "nginx.conf"
    here.write_text(re.sub(r"web-\d:", "127.0.0.1:", text).replace("/tmp/", f"{tmp_path}/"))  # noqa: S108
    passes(required("nginx"), "-t", "-e", str(tmp_path / "error.log"), "-c", str(here))
    assert all(int(seconds) >= 75 for seconds in places())
