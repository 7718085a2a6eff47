"""Do background jobs until told to stop, beside servers that have JOBS=worker."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.composed import compose
from config.jobs import plan
from config.starting import get_ready
from core.jobs.consumer import serve
from realtime.outpost import outpost


class Command(BaseCommand):
    help = (
        "Does background jobs (thumbnails, notifications, cleaning). Run one or more beside servers with JOBS=worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=4, help="jobs at a time in this process (4)")

    def handle(self, *, threads: int, **options: Any) -> None:
        if not 1 <= threads <= 64:
            raise CommandError("--threads: use 1 to 64")
        get_ready()
        compose()
        plan()
        self.stdout.write(f"ChatFlow's worker: {threads} jobs at a time")
        with outpost():
            serve(threads)
