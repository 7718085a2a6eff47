"""`JOBS` -> where background jobs are done."""

from __future__ import annotations

from typing import Any

from config import env

THREADS = 2
# Jobs that wait go to huey (core/jobs), through the API that Django 6 has of its own. Queues: core/jobs/lanes.py.
TASKS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "core.jobs.queue.Backend", "QUEUES": []}}


def job_threads() -> int:
    """Return how many threads of a server do jobs: none where processes of `manage.py worker` do them."""
    where = env.one_of("JOBS", env.text("JOBS", "server").lower(), ("server", "worker"))
    return THREADS if where == "server" else 0
