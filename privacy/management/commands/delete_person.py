"""The end of an account, for who asks in writing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import AppError
from privacy.management.commands.export_person import person_called
from privacy.models import Fate
from privacy.services.deleting import delete_account, finish_deletion


class Command(BaseCommand):
    help = "Deletes a person's account for good; their messages stay, become anonymous, or go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--messages", choices=Fate.values, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_called(options["username"])
        try:
            delete_account(actor_id=0, user=person, messages=options["messages"])
        except AppError as refusal:
            raise CommandError(refusal.message) from None
        finish_deletion.func(person.pk)
        self.stdout.write(f"The account {options['username']} is deleted.")
