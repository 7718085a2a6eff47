"""Prove the audit log (docs/operations.md, Audit log)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.models.audit import BEGINNING, AuditEntry
from moderation.services import audit


class Command(BaseCommand):
    help = (
        "Checks that no entry of the audit log was changed, left out or put in. Exit code 1 names the first that was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            metavar="NUMBER:SEAL",
            help="the last line of an earlier run, kept elsewhere: proves that the log was not written anew as a whole",
        )

        parser.add_argument(
            "--renew-head",
            action="store_true",
            help="put the log's lost head back behind its last entry, if every seal before it holds",
        )

    def handle(self, *args: Any, expect: str | None = None, renew_head: bool = False, **options: Any) -> None:
        if renew_head:
            audit.renew_head()
        told = audit.verify()
        if told.broken is not None:
            raise CommandError(f"entry {told.broken} is broken: {told.why}")
        if expect is not None:
            number, _, seal = expect.partition(":")
            if not _is_there(number, seal):
                raise CommandError(f"entry {number} is not the one that was expected: the log was written anew")
        self.stdout.write(f"{told.length} entries, every seal holds\n{told.length}:{told.seal}")


def _is_there(number: str, seal: str) -> bool:
    if number == "0":
        return seal == BEGINNING
    return number.isdigit() and AuditEntry.objects.filter(seq=int(number[:18]), seal=seal).exists()
