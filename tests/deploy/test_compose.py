"""Compose: each profile is whole and gives its processes no more than they need."""

from __future__ import annotations

import re

import pytest

from config.doctor.mongodb import LIFETIME, MOST_LIFETIME
from tests.deploy.files import COMPOSE, OURS, WEB, WORKERS, passes, tool


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


def test_our_processes_may_write_only_where_they_must() -> None:
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["data:/data"]
