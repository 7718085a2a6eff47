"""Jobs for the tests of the queue."""

from __future__ import annotations

import time
from pathlib import Path

from accounts.models import User
from core.jobs import OUTSIDE, job


@job()
def note(path: str, text: str) -> None:
    """Add a line to a file."""
    with Path(path).open("a") as lines:
        lines.write(f"{text}\n")


@job()
def stumble(path: str) -> None:
    """Fail the first time, as a job does whose service is away."""
    attempts = Path(path)
    note.func(path, "tried")
    if attempts.read_text().count("tried") < 2:
        raise ConnectionError


@job()
def count_people(path: str) -> None:
    """Use the database from a worker's thread."""
    note.func(path, f"{User.objects.count()} people")


@job(queue_name=OUTSIDE)
def wait_outside(path: str, until: str) -> None:
    """Wait for a file to be there, as for a site that does not answer."""
    while not Path(until).exists():
        time.sleep(0.05)
    note.func(path, "answered")
