"""Fill a site with people, rooms and weeks of conversation, to look around in."""

from __future__ import annotations

import random
import secrets
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config.demo import people
from config.demo.cast import PEOPLE
from config.demo.site import build_site
from core import clock
from core.db import atomic


class Command(BaseCommand):
    help = "Fills an empty site with demo people, rooms and messages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--messages", type=int, default=3000, help="about how many messages (default 3000)")
        parser.add_argument("--seed", type=int, default=1, help="the same number makes the same conversations")
        parser.add_argument("--password", default="", help="of every demo account; one is made up without it")
        parser.add_argument("--force", action="store_true", help="also where there are accounts already")

    def handle(self, *, messages: int, seed: int, password: str, force: bool, **_: Any) -> None:
        if people.present():
            raise CommandError("The demo's people are here already.")
        if (occupied := User.objects.exists()) and not force:
            raise CommandError("There are accounts here already. --force adds the demo to them, without any roles.")
        started = time.monotonic()
        password = password or secrets.token_urlsafe(9)
        with atomic():
            cast = people.make_people(password, with_roles=not occupied)
            site = build_site(random.Random(seed), cast, messages, clock.now())
            site.store()
        self.stdout.write(
            f"{len(cast)} people, {len(site.rooms)} rooms and {len(site.messages)} messages"
            f" in {time.monotonic() - started:.1f} s.\n"
            f"Sign in as {PEOPLE[0].username}, or as {', '.join(person.username for person in PEOPLE[1:])}.\n"
            f"The password of them all: {password}"
        )
