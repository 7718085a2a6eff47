"""Bring the search index up to date by hand, or make it anew (docs/operations.md, Search)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from messaging import search
from messaging.services.indexing import behind, catch_up


class Command(BaseCommand):
    help = "Makes what is missing of the search index and takes in every message it is behind; may be stopped and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="forget the index first")

    def handle(self, *, anew: bool, **_: Any) -> None:
        with connection.schema_editor() as editor:
            search.make(editor)
        if anew:
            search.clear()
        while (left := behind()) > 0:
            self.stdout.write(f"{left} changes to take in")
            catch_up()
        self.stdout.write("The search index is up to date.")
