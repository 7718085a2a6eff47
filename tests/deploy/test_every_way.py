"""What holds for every way of running it: Compose, Kubernetes, systemd."""

from __future__ import annotations

import re

from tests.deploy.files import OURS, WEB, WORKERS, found_manifest, unit
from tests.readme import settings
from tests.services import ROOT


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
