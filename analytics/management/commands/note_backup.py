"""The last line of a script that backs up (docs/operations.md, Back up)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.services.backups import note_backup
from core.errors import Invalid


class Command(BaseCommand):
    help = "Tells the dashboard of a backup that has been made: the file, or the folder, it lies in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="where it lies; its own time and size are noted")

    def handle(self, *, path: Path, **_: Any) -> None:
        try:
            noted = note_backup(path)
        except Invalid as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"Noted {noted.name}: {noted.bytes} bytes, made {noted.made_at:%Y-%m-%d %H:%M} UTC.")
