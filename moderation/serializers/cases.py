"""Reports, the queue and its cases on the wire (docs/protocol.md, Moderation)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from accounts.models import User
from accounts.serializers import UserOut, user_out
from core.clock import iso, iso_or_none
from core.errors import Invalid
from core.wire import Id, In, Limit, Out
from messaging.models import Kept
from moderation.models import Case, Note, Report
from moderation.serializers.sanctions import SanctionOut, id_or_none

Reasons = Literal["spam", "abuse", "illegal", "self_harm", "other"]


class ReportIn(In):
    """Either a message, or a person (with the room they were met in, if any)."""

    reason: Reasons
    note: Annotated[str, Meta(max_length=1000)] = ""
    message_id: Id = ""
    user_id: Id = ""
    room_id: Id = ""

    def require_one_target(self) -> None:
        if bool(self.message_id) == bool(self.user_id) or (self.message_id and self.room_id):
            raise Invalid(fields={"message_id": ["Name a message, or a person."]})


class NoteIn(In):
    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class ReasonIn(In):
    reason: Annotated[str, Meta(max_length=500)] = ""


class OutcomeIn(In):
    outcome: Literal["dismissed", "acted"]
    reason: Annotated[str, Meta(max_length=500)] = ""


class CasesIn(In):
    state: Literal["open", "closed"] = "open"
    cursor: Annotated[str, Meta(max_length=200)] = ""
    limit: Limit = 50


class ReportedOut(Out):
    id: str
    created_at: str


class VersionOut(Out):
    text: str
    by_id: str | None
    deleted: bool
    at: str


class VersionsOut(Out):
    results: list[VersionOut]


class CaseOut(Out):
    id: str
    subject: UserOut
    outcome: str
    reports: int
    reporters: int
    appeals: int
    opened_at: str
    changed_at: str
    claimed_by: str | None
    claimed_until: str | None


class SeenFileOut(Out):
    """A file as it was when it was reported; the desk opens it while it is there."""

    id: str
    name: str
    type: str
    size: int
    is_picture: bool


class SeenOut(Out):
    """A message as it was when it was reported."""

    id: str
    author_id: str
    seq: int
    text: str
    files: list[SeenFileOut]
    created_at: str
    edited_at: str | None
    deleted_at: str | None


class Snapshot(Out):
    """What there was to see: the message, what it said before, and up to five messages on either side."""

    room_id: str
    room_name: str
    room_kind: str
    message: SeenOut
    history: list[VersionOut]
    before: list[SeenOut]
    after: list[SeenOut]


class CaseReportOut(Out):
    id: str
    reporter_id: str | None
    message_id: str | None
    room_id: str | None
    reason: str
    note: str
    created_at: str
    snapshot: Snapshot | None


class NoteOut(Out):
    id: str
    author_id: str
    text: str
    created_at: str


class EvidenceOut(Out):
    """One case with everything in it; `users` are all who are named."""

    case: CaseOut
    reports: list[CaseReportOut]
    sanctions: list[SanctionOut]
    notes: list[NoteOut]
    users: list[UserOut]


class CasesOut(Out):
    results: list[CaseOut]
    next: str | None


def case_out(case: Case, subject: User, now: datetime) -> CaseOut:
    holder = case.holder(now)
    return CaseOut(
        id=str(case.pk),
        subject=user_out(subject),
        outcome=case.outcome,
        reports=case.reports,
        reporters=case.reporters,
        appeals=case.appeals,
        opened_at=iso(case.opened_at),
        changed_at=iso(case.changed_at),
        claimed_by=id_or_none(holder),
        claimed_until=iso_or_none(case.claimed_until if holder else None),
    )


def report_out(report: Report, snapshot: Snapshot | None) -> CaseReportOut:
    return CaseReportOut(
        id=str(report.pk),
        reporter_id=id_or_none(report.reporter_id),
        message_id=id_or_none(report.message_id),
        room_id=id_or_none(report.room_id),
        reason=report.reason,
        note=report.note,
        created_at=iso(report.created_at),
        snapshot=snapshot,
    )


def note_out(note: Note) -> NoteOut:
    return NoteOut(id=str(note.pk), author_id=str(note.author_id), text=note.text, created_at=iso(note.created_at))


def version_out(kept: Kept, text: str) -> VersionOut:
    return VersionOut(text=text, by_id=id_or_none(kept.by_id), deleted=kept.deleted, at=iso(kept.at))
