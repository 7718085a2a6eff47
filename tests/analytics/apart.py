"""`python -m tests.analytics.apart`: in a site whose analytics have a database of their own, compare each day with a count by
hand over the rows of the main one, and print how many were equal."""

from __future__ import annotations

import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from analytics.days import zones
    from analytics.models import DayCount
    from tests.analytics.history import BruteForce

    equal = 0
    for zone in zones():
        truth = BruteForce(zone)
        for row in DayCount.objects.filter(zone=zone):
            told = truth.of(row.day, row.room_id)
            hours = told.pop("hours")
            assert {name: getattr(row, name) for name in told} == told, row
            assert not row.messages or json.loads(row.hours) == hours, row
            equal += 1
    sys.stdout.write(f"{equal} of {DayCount.objects.using('analytics').count()}\n")


if __name__ == "__main__":
    main()
