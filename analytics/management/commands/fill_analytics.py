"""Fill the tables of analytics; the server's jobs do the same by themselves (docs/operations.md, Analytics)."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.days import zones
from analytics.services.filling import due, fill
from core.errors import Invalid


class Command(BaseCommand):
    help = (
        "Counts every day that has not been counted for good yet. It only reads what the chat works on, may be interrupted"
        " at any time, and goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=_day, help="the first day, 2026-11-24 (default: the first there is)"
        )
        parser.add_argument("--to", dest="last", type=_day, help="the last day (default: today)")
        parser.add_argument("--rebuild", action="store_true", help="count days again that have been counted before")

    def handle(self, *, first: date | None, last: date | None, rebuild: bool, verbosity: int, **_: Any) -> None:
        for zone in zones():
            try:
                todo = due(zone, first=first, last=last, rebuild=rebuild)
            except Invalid as error:
                raise CommandError(f"{zone}: {error.message}") from None
            took, messages = 0.0, 0
            for done in fill(zone, todo):
                took, messages = took + done.took, messages + done.messages
                if verbosity > 1:
                    self.stdout.write(f"{zone} {done.day}: {done.messages} messages in {done.took * 1000:.0f} ms")
            self.stdout.write(f"{zone}: {len(todo)} days, {messages} messages, {took:.1f} s")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a day: write 2026-11-24") from None
