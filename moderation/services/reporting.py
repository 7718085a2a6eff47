"""Reporting a message or a person. Nobody but the moderators learns of it, least of all from whom."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F

from accounts.models import User
from accounts.services.people import person
from core.db import at_most_one, atomic, retried
from core.errors import Forbidden, NotFound
from core.limits import Limit, spend
from messaging import store
from messaging.store import Row
from moderation.models import Case, Report
from moderation.services.cases import join_case
from moderation.services.exhibits import keep_files
from moderation.services.snapshots import snapshot_of
from rooms.models import Membership
from rooms.services.access import membership_of

REPORTS = Limit("report", times=10, seconds=3600)
RULE = 0  # the reporter of what a rule has found


class Reported(NamedTuple):
    report: Report
    created: bool


@retried
def report_message(*, actor: User, message_id: int, reason: str, note: str = "") -> Reported:
    """Report a message the actor can see, once; a second time answers with the first report.

    Raises `NotFound` for what they cannot see and `Forbidden` for their own.
    """
    row = store.one(message_id)
    if row is None:
        raise NotFound()
    membership_of(actor.pk, row.room_id)
    return _file(actor.pk, row.author_id, _of_message(actor.pk, row), reason, note, row=row, room_id=row.room_id)


@retried
def report_person(*, actor: User, user_id: int, reason: str, note: str = "", room_id: int = 0) -> Reported:
    """Report a person; with the room they were met in, which both must be in."""
    subject = person(user_id=user_id)
    if room_id:
        membership_of(actor.pk, room_id)
        if not Membership.objects.filter(room_id=room_id, user_id=user_id).exists():
            raise NotFound()
    return _file(actor.pk, subject.pk, "", reason, note, room_id=room_id)


@retried
def report_by_rule(*, row: Row, reason: str, note: str) -> Reported:
    """Put a message before the moderators because a rule has found it."""
    return _file(RULE, row.author_id, _of_message(RULE, row), reason, note, row=row, room_id=row.room_id)


def _of_message(reporter_id: int, row: Row) -> str:
    return f"{reporter_id}:message:{row.id}"


def _file(
    reporter_id: int, subject_id: int, key: str, reason: str, note: str, *, row: Row | None = None, room_id: int = 0
) -> Reported:
    if reporter_id == subject_id:
        raise Forbidden("report.yourself")
    first = at_most_one(Report.objects.filter(key=key)) if key else None
    if first is not None:
        return Reported(first, created=False)
    with atomic():
        case = join_case(subject_id)
        key = key or f"{reporter_id}:person:{subject_id}:{case.pk}"
        first = at_most_one(Report.objects.filter(key=key))
        if first is not None:
            return Reported(first, created=False)
        if reporter_id != RULE:
            spend(REPORTS, reporter_id)
        report = Report(
            case_id=case.pk,
            reporter_id=reporter_id,
            subject_id=subject_id,
            message_id=row.id if row is not None else 0,
            room_id=room_id,
            reason=reason,
            note=note.strip(),
            snapshot=snapshot_of(row) if row is not None else "",
            key=key,
        )
        _count(case, reporter_id)
        report.save(force_insert=True)
        keep_files(report)
    return Reported(report, created=True)


def _count(case: Case, reporter_id: int) -> None:
    new = not Report.objects.filter(case_id=case.pk, reporter_id=reporter_id).exists()
    Case.objects.filter(pk=case.pk).update(reports=F("reports") + 1, reporters=F("reporters") + int(new))
