"""deploy/: what cannot be run without containers is held against its schema, a linter, or the program that reads it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_validate import latest_version, validate  # type: ignore[import-untyped]

from config.doctor.mongodb import LIFETIME, MOST_LIFETIME
from tests.services import ROOT, required

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes" / "base"
MANIFESTS = sorted(path for path in KUBERNETES.glob("*.yaml") if path.name != "kustomization.yaml")


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


def settings() -> set[str]:
    """Return every variable that README.md documents."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Settings")[1].split("## Grow")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}


COMPOSE = read(DEPLOY / "compose.yaml")
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "chatflow:local"}
WORKERS = {name: service for name, service in OURS.items() if "command" in service}
WEB = {name: service for name, service in OURS.items() if name not in WORKERS}
UNITS = ["chatflow", "chatflow-worker"]


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


def test_compose_keeps_to_its_schema() -> None:
    passes(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml")


@pytest.mark.parametrize("profile", ["plain", "postgres", "full"])
def test_every_profile_is_whole(profile: str) -> None:
    up = {name: service for name, service in COMPOSE["services"].items() if profile in service["profiles"]}
    for service in up.values():
        assert set(service.get("depends_on", [])) <= set(up)
    for name in set(up) & set(OURS):
        for url in ("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT_URL"):
            host = re.search(r"(?:@|://)([a-z0-9-]+):\d+", up[name]["environment"].get(url, ""))
            assert host is None or host[1] in up
    assert len(set(up) & set(WEB)) == (2 if profile == "full" else 1)
    assert len(set(up) & set(WORKERS)) == (0 if profile == "plain" else 1)


def test_a_killed_process_does_not_hold_a_room_for_long() -> None:
    (name,) = [part for part in COMPOSE["services"]["mongo"]["command"] if part.startswith(f"{LIFETIME}=")]
    assert int(name.partition("=")[2]) <= MOST_LIFETIME


def test_where_there_is_a_worker_the_servers_leave_the_jobs_to_it() -> None:
    for service in WORKERS.values():
        assert service["command"] == ["python", "manage.py", "worker"]
        beside = [web for web in WEB.values() if web["profiles"] == service["profiles"]]
        assert [web["environment"] for web in beside] == [service["environment"]] * len(beside)
        assert service["environment"]["JOBS"] == "worker"
    assert "JOBS" not in WEB["plain"]["environment"]
    base = found_manifest("kustomization")
    assert "JOBS=worker" in base["configMapGenerator"][0]["literals"]
    (container,) = found_manifest("worker")["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["python", "manage.py", "worker"]


def test_every_variable_that_is_set_is_one_that_is_read() -> None:
    for service in OURS.values():
        assert set(service["environment"]) <= settings()
    pairs = found_manifest("kustomization")["configMapGenerator"][0]["literals"]
    assert {pair.partition("=")[0] for pair in pairs} <= settings()


def test_our_processes_may_write_only_where_they_must() -> None:
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["data:/data"]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_keep_to_kubernetes_schema(path: Path) -> None:
    for document in documents(path):
        validate(document, latest_version(), strict=True)


def test_kustomize_names_every_manifest_and_what_they_take_from_it() -> None:
    base = found_manifest("kustomization")
    named = {"apiVersion", "kind", "namespace", "labels", "resources", "configMapGenerator", "images"}
    assert set(base) == named
    assert sorted(base["resources"]) == [path.name for path in MANIFESTS]
    ((generated,), (image,)) = base["configMapGenerator"], base["images"]
    for name in ("deployment", "worker"):
        (container,) = found_manifest(name)["spec"]["template"]["spec"]["containers"]
        assert container["image"] == image["name"]
        assert container["envFrom"][0]["configMapRef"]["name"] == generated["name"]


def test_pods_are_found_by_everything_that_selects_them() -> None:
    web = found_manifest("deployment")
    labels = web["spec"]["template"]["metadata"]["labels"]
    assert web["spec"]["selector"]["matchLabels"] == labels
    service = found_manifest("service")
    assert service["spec"]["selector"] == labels
    for rule in found_manifest("ingress")["spec"]["rules"]:
        (backend,) = [path["backend"]["service"] for path in rule["http"]["paths"]]
        assert backend["name"] == service["metadata"]["name"]
        assert backend["port"]["name"] in {port["name"] for port in service["spec"]["ports"]}
    assert found_manifest("disruption")["spec"]["selector"]["matchLabels"] == labels
    assert found_manifest("autoscaling")["spec"]["scaleTargetRef"]["name"] == web["metadata"]["name"]
    worker = found_manifest("worker")["spec"]
    assert worker["selector"]["matchLabels"] == worker["template"]["metadata"]["labels"] != labels
    guarded = [policy["spec"]["podSelector"]["matchLabels"] for policy in documents(KUBERNETES / "network.yaml")]
    assert guarded == [labels, worker["selector"]["matchLabels"]]


def test_every_pod_is_watched_and_kept_from_what_it_does_not_need() -> None:
    (web,) = found_manifest("deployment")["spec"]["template"]["spec"]["containers"]
    probes = {name: web[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert probes == {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    assert {web[name]["httpGet"]["port"] for name in probes} == {port["name"] for port in web["ports"]}
    for name in ("deployment", "worker"):
        pod = found_manifest(name)["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 10001  # the Dockerfile's
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert {mount["name"] for mount in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}


def test_autoscaling_has_what_it_measures_by_and_never_leaves_one_alone() -> None:
    scaling = found_manifest("autoscaling")["spec"]
    (container,) = found_manifest("deployment")["spec"]["template"]["spec"]["containers"]
    assert {metric["resource"]["name"] for metric in scaling["metrics"]} <= set(container["resources"]["requests"])
    assert found_manifest("disruption")["spec"]["minAvailable"] < scaling["minReplicas"] < scaling["maxReplicas"]


def test_a_pod_has_longer_to_stop_than_the_server_takes() -> None:
    pod = found_manifest("deployment")["spec"]["template"]["spec"]
    grace = int(re.findall(r"GRACE = (\d+)", (ROOT / "config" / "server.py").read_text())[0])
    (container,) = pod["containers"]
    assert pod["terminationGracePeriodSeconds"] > grace + container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert all(int(service["stop_grace_period"].removesuffix("s")) > grace for service in WEB.values())
    assert int(unit("chatflow")["TimeoutStopSec"][0]) > grace


def test_a_worker_has_longer_to_stop_than_a_job_is_given() -> None:
    (finish,) = re.findall(r"FINISH = (\d+)", (ROOT / "core" / "jobs" / "consumer.py").read_text())
    assert found_manifest("worker")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > int(finish)
    assert all(int(service["stop_grace_period"].removesuffix("s")) > int(finish) for service in WORKERS.values())
    assert int(unit("chatflow-worker")["TimeoutStopSec"][0]) > int(finish)


def unit(name: str) -> dict[str, list[str]]:
    lines = (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    for name, separator, value in (line.partition("=") for line in lines if not line.startswith("#")):
        if separator:
            found.setdefault(name, []).append(value)
    return found


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


def places() -> Iterator[str]:
    text = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    yield from re.findall(r"proxy_(?:read|send)_timeout (\d+)s", text)


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    here = tmp_path / "nginx.conf"
    here.write_text(re.sub(r"web-\d:", "127.0.0.1:", text).replace("/tmp/", f"{tmp_path}/"))  # noqa: S108
    passes(required("nginx"), "-t", "-e", str(tmp_path / "error.log"), "-c", str(here))
    assert all(int(seconds) >= 75 for seconds in places())
