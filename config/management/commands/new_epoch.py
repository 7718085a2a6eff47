"""Run once after a backup was restored (docs/operations.md, Restore)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from rooms.services.restoring import begin_epoch


class Command(BaseCommand):
    help = "Makes every client forget what it knows of the rooms and read them anew: run it after restoring a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{begin_epoch()} rooms have a new epoch; open windows follow within seconds.")
