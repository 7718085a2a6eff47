"""What the hourly job does, by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config.purging import forget_old_messages


class Command(BaseCommand):
    help = "Removes the messages that are older than their room keeps them, with their files."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget_old_messages()} messages were removed.")
