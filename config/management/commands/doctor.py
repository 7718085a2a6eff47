"""Look at everything that is configured, and say how to mend what is wrong."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from config.doctor import data, database, machine, reaching, redis, site, storage
from config.doctor.finding import Check, Finding, Level, problem

CHECKS: dict[str, Check] = {
    "machine": machine.check,
    "data": data.check,
    "database": database.check,
    "analytics": database.check_analytics,
    "redis": redis.check,
    "storage": storage.check,
    "site": site.check,
    "reaching": reaching.check,
}
COLOURS = {Level.OK: "SUCCESS", Level.WARNING: "WARNING", Level.PROBLEM: "ERROR"}


class Command(BaseCommand):
    help = "Checks every configured service and says how to mend it. Exit code 1 with problems, 2 with --strict and warnings."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument("--strict", action="store_true", help="exit code 2 when there are warnings")

    def handle(self, *, strict: bool, **options: Any) -> None:
        found = [(service, finding) for service, check in CHECKS.items() for finding in examined(check)]
        levels = {finding.level for _, finding in found}
        code = 1 if Level.PROBLEM in levels else 2 if strict and Level.WARNING in levels else 0
        if options["json"]:
            rows = [{"service": service, **finding._asdict()} for service, finding in found]
            self.stdout.write(json.dumps({"ok": code == 0, "findings": rows}, indent=2))
        else:
            for service, finding in found:
                self._tell(service, finding)
        sys.exit(code)

    def _tell(self, service: str, finding: Finding) -> None:
        mark = getattr(self.style, COLOURS[finding.level])(f"{finding.level:<8}")
        self.stdout.write(f"{mark} {service:<9} {finding.says}")
        if finding.mend:
            self.stdout.write(f"{'':<19}-> {finding.mend}")


def examined(check: Check) -> Iterator[Finding]:
    """A check that breaks is a finding too: the others still say theirs."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001
        yield problem(f"the check itself failed: {type(error).__name__}: {error}", "please report it")
