"""Everything about one case on one page. Looking at what was said in private is itself recorded."""

from __future__ import annotations

from typing import NamedTuple

from accounts.models import User
from accounts.serializers import user_out
from core import clock
from core.errors import NotFound
from core.pagination import cursor_after, read_cursor
from moderation.models import Case, Note, Outcome, Report, Sanction
from moderation.serializers.cases import (
    CaseOut,
    CaseReportOut,
    CasesOut,
    EvidenceOut,
    Snapshot,
    case_out,
    note_out,
    report_out,
)
from moderation.serializers.sanctions import SanctionOut
from moderation.services.cases import case_for, note_look, visible_cases
from moderation.services.listing import with_appeals
from moderation.services.snapshots import read_snapshot
from rooms.models import Kind

MOST_REPORTS, MOST_SANCTIONS, MOST_NOTES = 50, 50, 100


class Evidence(NamedTuple):
    case: Case
    subject: User
    reports: list[CaseReportOut]
    sanctions: list[SanctionOut]
    notes: list[Note]
    people: dict[int, User]


def look_at(*, actor: User, case_id: int) -> Evidence:
    """Return a case with the latest reports in it, what was decided about the person, and the notes.

    That somebody has looked at what was said where they are not is recorded.
    """
    found = gather(actor=actor, case_id=case_id)
    private = sorted({one.message_id for one in found.reports if one.message_id and _is_private(one)})
    if private:
        note_look(actor=actor, case=found.case, messages=private)
    return found


def gather(*, actor: User, case_id: int) -> Evidence:
    """Return the same without showing it to anybody."""
    case = case_for(actor=actor, case_id=case_id)
    reports = list(Report.objects.filter(case_id=case_id).order_by("-pk")[:MOST_REPORTS])
    shown = [report_out(report, read_snapshot(report)) for report in reports]
    sanctions = with_appeals(list(Sanction.objects.filter(user_id=case.subject_id).order_by("-pk")[:MOST_SANCTIONS]))
    notes = list(Note.objects.filter(case_id=case_id).order_by("pk")[:MOST_NOTES])
    people = User.objects.in_bulk(_named(case, shown, sanctions, notes))
    return Evidence(case, people[case.subject_id], shown, sanctions, notes, people)


def _is_private(report: CaseReportOut) -> bool:
    return report.snapshot is not None and report.snapshot.room_kind != Kind.PUBLIC


def _named(case: Case, reports: list[CaseReportOut], sanctions: list[SanctionOut], notes: list[Note]) -> set[int]:
    ids = {case.subject_id, case.claimed_by, case.closed_by, *(note.author_id for note in notes)}
    ids |= {int(one.reporter_id) for one in reports if one.reporter_id}
    ids |= {int(one.issued_by) for one in sanctions if one.issued_by}
    for snapshot in (one.snapshot for one in reports):
        ids |= _authors(snapshot) if snapshot is not None else set()
    return ids - {0}


def _authors(snapshot: Snapshot) -> set[int]:
    return {int(seen.author_id) for seen in (snapshot.message, *snapshot.before, *snapshot.after)}


def evidence_out(found: Evidence) -> EvidenceOut:
    return EvidenceOut(
        case=case_out(found.case, found.subject, clock.now()),
        reports=found.reports,
        sanctions=found.sanctions,
        notes=[note_out(note) for note in found.notes],
        users=[user_out(person) for person in found.people.values()],
    )


def queue_of(*, actor: User, is_open: bool = True, cursor: str = "", limit: int = 50) -> CasesOut:
    """Return the cases the actor may see, the newest first."""
    if not actor.is_staff:
        raise NotFound()
    cases = visible_cases(actor)
    cases = cases.filter(outcome=Outcome.OPEN) if is_open else cases.exclude(outcome=Outcome.OPEN)
    if cursor:
        cases = cases.filter(pk__lt=read_cursor(cursor, tuple[int])[0])
    page = list(cases.order_by("-pk")[: limit + 1])
    more = cursor_after(page[limit - 1].pk) if len(page) > limit else None
    return CasesOut(results=cases_out(page[:limit]), next=more)


def cases_out(cases: list[Case]) -> list[CaseOut]:
    people, moment = User.objects.in_bulk([case.subject_id for case in cases]), clock.now()
    return [case_out(case, people[case.subject_id], moment) for case in cases]
