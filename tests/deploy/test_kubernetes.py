"""Kubernetes: the manifests are held against its schema and against each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubernetes_validate import latest_version, validate  # type: ignore[import-untyped]

from tests.deploy.files import KUBERNETES, documents, found_manifest

MANIFESTS = sorted(path for path in KUBERNETES.glob("*.yaml") if path.name != "kustomization.yaml")


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
