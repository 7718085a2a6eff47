"""A copy of what is kept about somebody, for who asks in writing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.names import username_key
from core.audit import Action, record
from core.db import at_most_one, atomic
from privacy.services.exporting import write_archive


def person_called(username: str) -> User:
    found = at_most_one(User.objects.filter(username_key=username_key(username)))
    if found is None:
        raise CommandError(f"There is nobody called {username} here.")
    return found


class Command(BaseCommand):
    help = "Writes everything that is kept about a person into a ZIP file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--to", type=Path, help="the file to write; by default <username>.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_called(options["username"])
        target = options["to"] or Path(f"{person.username}.zip")
        with target.open("xb") as file:
            write_archive(person.pk, file)
        with atomic():
            record(Action.DATA_EXPORTED, actor_id=0, target="person", target_id=person.pk, subject_id=person.pk)
        self.stdout.write(f"What is kept about {person.username} is in {target}.")
