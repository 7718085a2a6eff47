"""`manage.py copy_data --from URL --to URL`: a whole installation from one database to another, verified at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.databases import SCHEMES

ROOT = Path(__file__).resolve().parents[3]
INTERRUPTED = "the copy was interrupted; what was copied stays: go on with --resume"


class Command(BaseCommand):
    help = "Copy everything from one database to another: SQLite, PostgreSQL, MongoDB. Stop the servers first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="source", required=True, type=_url, help="where everything is")
        parser.add_argument("--to", dest="target", required=True, type=_url, help="an empty database, where it goes")
        parser.add_argument("--resume", action="store_true", help="go on with a copy that was interrupted")

    def handle(self, source: str, target: str, resume: bool, **options: Any) -> None:
        if source == target:
            raise CommandError("--from and --to are the same database")
        _asked(source, "check")
        try:
            self._copy(source, target, _asked(target, "prepare", *(["resume"] if resume else [])))
            self._verify(source, target)
        except KeyboardInterrupt:
            raise CommandError(INTERRUPTED) from None

    def _copy(self, source: str, target: str, after: str) -> None:
        reader = _step(source, "read", after, stdout=subprocess.PIPE)
        writer = _step(target, "write", stdin=reader.stdout, stdout=subprocess.PIPE, text=True)
        if reader.stdout is not None:
            reader.stdout.close()  # it is the writer's alone now: should that end, the reader is told
        for line in writer.stdout or ():
            self.stdout.write(line, ending="")
        if writer.wait() or reader.wait():
            raise CommandError(INTERRUPTED)

    def _verify(self, source: str, target: str) -> None:
        before, now = json.loads(_asked(source, "sums")), json.loads(_asked(target, "sums"))
        different = sorted(name for name in before if before[name] != now.get(name))
        if different:
            counts = ", ".join(f"{name} ({before[name][0]} and {now[name][0]} rows)" for name in different)
            raise CommandError(f"the two differ in {counts}: was something changed meanwhile?")
        total = sum(count for count, _ in now.values())
        self.stdout.write(
            self.style.SUCCESS(f"{total} rows are there, and equal. Set DATABASE_URL to the new database.")
        )


def _url(text: str) -> str:
    if text.partition("://")[0] not in SCHEMES:
        raise CommandError(f"unknown scheme in a URL: use one of {', '.join(sorted(SCHEMES))}")
    return text


def _asked(url: str, step: str, *arguments: str) -> str:
    """Return what a step prints; raise with its reason if it fails."""
    with _step(url, step, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        out, reason = process.communicate()
    if process.returncode:
        raise CommandError(reason.strip().splitlines()[-1] if reason.strip() else f"{step} failed")
    return str(out)


def _step(url: str, *step: str, **pipes: Any) -> subprocess.Popen[Any]:
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL_FILE"}
    command = [sys.executable, "-m", "config.copying", *step]
    return subprocess.Popen(command, cwd=ROOT, env=surroundings | {"DATABASE_URL": url}, **pipes)  # noqa: S603
