"""Tiles tell the present, and what it is that they count."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from analytics.models import Backup
from analytics.services import live as live_module
from analytics.speed import Lately, quantile
from core import metrics
from rooms.models import Room
from tests.analytics.history import message_of
from tests.clients import Api
from tests.factories import say
from tests.services import ROOT


def tiles(admin: User) -> dict[str, Any]:
    return {tile["name"]: tile for tile in Api(admin).get("/analytics/live").json()["tiles"]}


@pytest.fixture(autouse=True)
def just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "lately", Lately())


def test_messages_of_the_last_minute_are_counted(admin: User, alice: User, general: Room) -> None:
    message_of(general, alice, datetime.now(UTC) - timedelta(seconds=70)).save(force_insert=True)
    general.refresh_from_db()
    general.rev += 1
    general.save(update_fields=["rev"])
    assert tiles(admin)["messages"]["value"] == 0
    for _ in range(3):
        say(alice, general)
    assert tiles(admin)["messages"]["value"] == 3


def test_sockets_and_deliveries_are_read_from_the_metrics(admin: User) -> None:
    tiles(admin)
    metrics.sockets_open.set(7)
    try:
        for seconds in (0.004, 0.004, 0.004, 0.2):
            metrics.delivery.observe(seconds)
        told = tiles(admin)
    finally:
        metrics.sockets_open.set(0)
    assert told["sockets"]["value"] == 7
    assert 0.0025 <= told["delivery_p50"]["value"] <= 0.005
    assert 0.1 <= told["delivery_p99"]["value"] <= 0.25
    assert "4 deliveries in the last" in told["delivery_p50"]["about"]


def test_a_number_of_one_process_says_so(admin: User, settings: Settings) -> None:
    settings.REDIS_URL = ""
    assert "the whole site" in tiles(admin)["sockets"]["about"]
    settings.REDIS_URL = "redis://elsewhere"
    assert "this process alone" in tiles(admin)["sockets"]["about"]


ONE_PROCESS = """
from core import metrics
metrics.sockets_open.set(3)
metrics.delivery.observe(0.002)
print("counted", flush=True)
input()
"""
ALL_OF_THEM = "from core import metrics; told = metrics.reading(); print(told.sockets, max(told.deliveries.values()))"


def test_the_processes_of_one_machine_are_read_together(tmp_path: Path) -> None:
    surroundings = os.environ | {metrics.SHARED: str(tmp_path)}
    options: Any = {"cwd": ROOT, "env": surroundings, "text": True, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    others = [subprocess.Popen([sys.executable, "-c", ONE_PROCESS], **options) for _ in range(2)]
    try:
        for other in others:
            assert other.stdout is not None
            assert other.stdout.readline() == "counted\n"
        told = subprocess.run([sys.executable, "-c", ALL_OF_THEM], **options, check=True).stdout
    finally:
        for other in others:
            other.communicate("\n", timeout=20)
    assert told.split() == ["6", "2.0"]


def test_what_is_remembered_of_deliveries_ends_after_five_minutes() -> None:
    lately = Lately()
    at = {0.01: 5.0, inf: 5.0}
    assert lately.take(at, 0).seconds is None
    assert lately.take({0.01: 8, inf: 8}, 10)[0] == 3
    assert lately.take({0.01: 8, inf: 8}, 200) == pytest.approx((3, 0.005, 0.0099, 200))
    assert lately.take({0.01: 9, inf: 9}, 320) == pytest.approx((1, 0.005, 0.0099, 310))
    assert lately.take({0.01: 9, inf: 9}, 900).deliveries == 0


@pytest.mark.parametrize(("part", "seconds"), [(0.5, 0.01), (0.25, 0.005), (0.75, 0.055), (1.0, 0.1)])
def test_a_quantile_lies_where_the_bucket_says(part: float, seconds: float) -> None:
    assert quantile({0.01: 50, 0.1: 100, inf: 100}, part) == pytest.approx(seconds)


def test_beyond_the_last_bound_there_is_only_that() -> None:
    assert quantile({0.1: 0, inf: 4}, 0.5) == 0.1
    assert quantile({0.1: 0, inf: 0}, 0.5) is None


def test_the_last_backup_is_the_newest_that_was_noted(admin: User, tmp_path: Path) -> None:
    assert tiles(admin)["backup"]["value"] is None
    for name, hours in (("old.dump", 30), ("new.dump", 3), ("older.dump", 60)):
        made = tmp_path / name
        made.write_bytes(b"x" * 2048)
        os.utime(made, (time.time() - hours * 3600,) * 2)
        call_command("note_backup", str(made))
    told = tiles(admin)["backup"]
    assert told["text"] == "3 hours ago"
    assert "new.dump, 2.0 KB" in told["about"]


def test_a_folder_is_a_backup_too(db: None, tmp_path: Path) -> None:
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "one").write_bytes(b"12345")
    call_command("note_backup", str(tmp_path / "dump"))
    assert Backup.objects.get().bytes == 5


def test_a_backup_that_failed_is_not_noted(db: None, tmp_path: Path) -> None:
    (tmp_path / "empty.dump").touch()
    for path in (tmp_path / "empty.dump", tmp_path / "missing.dump"):
        with pytest.raises(CommandError):
            call_command("note_backup", str(path))
    assert not Backup.objects.exists()
