"""What runs when, and where: the one table of periodic jobs, and the threads that do all jobs beside a server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings

from accounts.services.cleaning import forget_old_sign_ins
from accounts.services.suspension import tidy_suspensions
from analytics.services.filling import keep_filled
from config.purging import collect_files, forget_old_messages, purge_vault
from core.jobs.consumer import embedded
from core.jobs.queue import every
from messaging.services.collecting import collect_strays
from messaging.services.drawing import draw_overdue
from messaging.services.indexing import catch_up
from messaging.services.previews import look_overdue
from moderation.services.hiding import hide_what_is_due, show_what_is_due
from moderation.services.trials import resume_trials
from notifications.services.devices import forget_dead_devices
from notifications.services.digest import send_due_digests
from notifications.services.missed import find_missed
from notifications.services.telling import tell_due
from notifications.services.trials import forget_old_trials
from privacy.services.deleting import resume_deletions
from privacy.services.exporting import collect_exports


def apply_retention() -> None:
    forget_old_messages()


# Five crontab fields (minute, hour, day, month, weekday), UTC. Each is idempotent and finds by itself what is to do.
SCHEDULE: list[tuple[str, Callable[[], None]]] = [
    ("*/5 * * * *", resume_trials),
    ("17 3 * * *", forget_old_sign_ins),
    ("*/15 * * * *", keep_filled),
    ("*/5 * * * *", hide_what_is_due),
    ("*/5 * * * *", show_what_is_due),
    ("*/5 * * * *", look_overdue),
    ("*/5 * * * *", tidy_suspensions),
    ("37 3 * * *", purge_vault),
    ("7 * * * *", apply_retention),
    ("*/10 * * * *", collect_exports),
    ("*/10 * * * *", resume_deletions),
    ("* * * * *", tell_due),
    ("* * * * *", find_missed),
    ("*/10 * * * *", send_due_digests),
    ("27 3 * * *", forget_dead_devices),
    ("37 3 * * *", forget_old_trials),
    ("*/5 * * * *", draw_overdue),
    ("41 * * * *", collect_files),
    ("53 3 * * *", collect_strays),
    ("* * * * *", catch_up),
]


def plan() -> None:
    """Register what runs periodically; once in a process that does jobs."""
    for when, work in SCHEDULE:
        every(when, work)


def beside_the_server() -> AbstractContextManager[None]:
    """Do jobs in this server while the block runs, unless JOBS leaves them to `manage.py worker`."""
    if settings.JOB_THREADS:
        plan()
    return embedded(settings.JOB_THREADS)
