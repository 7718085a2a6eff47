"""How long reports waited for the moderators: what analytics, which know nothing of moderation, are told to ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from moderation.models import Case, Outcome, Report

BATCH = 500


def waits(start: datetime, end: datetime) -> Iterator[timedelta]:
    """Yield how long each report had waited whose case was closed between the two."""
    # A case changes for the last time when it is closed or later: that finds the few there are by an index.
    ended = Case.objects.filter(outcome__in=[Outcome.ACTED, Outcome.DISMISSED], changed_at__gte=start)
    found = ended.filter(closed_at__gte=start, closed_at__lt=end).values_list("pk", "closed_at")
    closed = {case_id: at for case_id, at in found if at is not None}
    cases = list(closed)
    for part in range(0, len(cases), BATCH):
        reports = Report.objects.filter(case_id__in=cases[part : part + BATCH]).values_list("case_id", "created_at")
        for case_id, made in reports:
            yield closed[case_id] - made
