"""Jobs: handed over after the commit, done once a worker is there, tried again; an absent queue holds up nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from core.jobs import later
from core.jobs.outbox import Outbox
from tests.core.work import note
from tests.jobs import Jobs
from tests.services import ROOT, redis
from tools.processes import wait_for

ENQUEUE = """
import django, sys; django.setup()
from core.jobs import flush, later
from tests.core import work
later(getattr(work, sys.argv[1]), *sys.argv[2:])
flush(10)
"""


class Site:
    """A data directory with what belongs to it, for programs of their own."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        clean = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = clean | {
            "CHATFLOW_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **variables,
        }

    def run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment, check=True, timeout=60)

    def enqueue(self, name: str, *arguments: str) -> None:
        self.run("-c", ENQUEUE, name, *arguments)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        with subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=self.environment) as process:
            try:
                yield process
            finally:
                process.kill()


@pytest.fixture(params=["file", "redis"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "file":
        yield Site(tmp_path)
        return
    with redis() as shared:
        yield Site(tmp_path, REDIS_URL=shared.url)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_a_worker_does_what_was_enqueued_before_and_after_it_came(site: Site, tmp_path: Path) -> None:
    site.run("manage.py", "migrate", "--verbosity", "0")
    told = tmp_path / "told"
    site.enqueue("note", str(told), "before")
    with site.worker():
        wait_for(lambda: lines(told) == ["before"], "the job")
        site.enqueue("count_people", str(told))
        wait_for(lambda: lines(told) == ["before", "0 people"], "the job")


def test_a_job_that_fails_is_tried_again(site: Site, tmp_path: Path) -> None:
    told = tmp_path / "told"
    site.enqueue("stumble", str(told))
    with site.worker():
        wait_for(lambda: lines(told) == ["tried", "tried"], "the job")


def test_what_waits_for_others_holds_up_only_its_own_kind(site: Site, tmp_path: Path) -> None:
    told, answer = tmp_path / "told", tmp_path / "answer"
    for _ in range(6):  # more than there are threads
        site.enqueue("wait_outside", str(told), str(answer))
    site.enqueue("note", str(told), "here")
    with site.worker():
        wait_for(lambda: lines(told) == ["here"], "the job that waits for nobody")
        answer.touch()
        wait_for(lambda: lines(told) == ["here"] + 6 * ["answered"], "the others")


def test_a_killed_worker_leaves_the_rest_to_the_next(site: Site, tmp_path: Path) -> None:
    told = tmp_path / "told"
    with site.worker() as process:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    for number in range(5):
        site.enqueue("note", str(told), str(number))
    with site.worker():
        wait_for(lambda: sorted(lines(told)) == ["0", "1", "2", "3", "4"], "the job")


def test_a_worker_ends_when_it_is_told_to(site: Site, tmp_path: Path) -> None:
    told = tmp_path / "told"
    site.enqueue("note", str(told), "here")
    with site.worker() as process:
        wait_for(lambda: bool(lines(told)), "the job")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_enqueued_by_what_is_rolled_back(jobs: Jobs, tmp_path: Path) -> None:
    told = tmp_path / "told"
    with pytest.raises(RuntimeError), transaction.atomic():
        later(note, str(told), "never")
        raise RuntimeError
    with transaction.atomic():
        later(note, str(told), "once")
        assert jobs.pending == []
    assert jobs.pending == [("note", [str(told), "once"])]
    assert jobs.run() == 1
    assert lines(told) == ["once"]


def test_a_queue_that_is_away_holds_up_nobody_and_gets_everything_later() -> None:
    outbox, away, taken = Outbox(), [True], list[int]()

    def enqueue(number: int) -> None:
        if away[0]:
            raise ConnectionError
        taken.append(number)

    for number in range(3):
        outbox.put(partial(enqueue, number))
    assert not outbox.flush(0.3)
    assert taken == []
    away[0] = False
    assert outbox.flush(10)
    assert taken == [0, 1, 2]


def test_arguments_that_are_not_json_are_dropped_and_do_not_stop_the_others() -> None:
    outbox, taken = Outbox(), list[str]()

    def refuse() -> None:
        raise TypeError("not JSON")

    outbox.put(refuse)
    outbox.put(lambda: taken.append("next"))
    assert outbox.flush(5)
    assert taken == ["next"]
