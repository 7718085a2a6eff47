"""Moderation on the wire (docs/protocol.md, Moderation)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from accounts.models import User
from accounts.serializers import UserOut, user_out
from core.clock import iso, iso_or_none
from core.errors import Invalid
from core.wire import Id, In, Limit, Out
from messaging.models import Kept
from moderation.models import Appeal, Case, Note, Report, Sanction

Why = Annotated[str, Meta(min_length=1, max_length=500)]
Minutes = Annotated[int, Meta(ge=1, le=60 * 24 * 366)]
Days = Annotated[int, Meta(ge=0, le=7)]
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


class SanctionIn(In):
    """Without `room_id` on the whole site; without `minutes` for good (bans alone)."""

    user_id: Id
    kind: Literal["warning", "mute", "removal", "ban"]
    reason: Why
    room_id: Id = ""
    minutes: Minutes | None = None
    hide_days: Days = 0


class SanctionsIn(In):
    user_id: Id
    room_id: Id = ""


class LiftIn(In):
    reason: Annotated[str, Meta(max_length=500)] = ""
    show: bool = False


class AppealIn(In):
    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class OpenAppealIn(In):
    """From somebody who cannot sign in; the token came with the refusal."""

    token: Annotated[str, Meta(max_length=300)]
    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class DecisionIn(In):
    granted: bool
    answer: Annotated[str, Meta(max_length=500)] = ""


class NoteIn(In):
    text: Annotated[str, Meta(min_length=1, max_length=1000)]


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


class AppealOut(Out):
    text: str
    created_at: str
    decided_at: str | None
    granted: bool
    answer: str


class OwnSanctionOut(Out):
    """What the person themselves is told."""

    id: str
    kind: str
    room_id: str | None
    room_name: str
    reason: str
    created_at: str
    expires_at: str | None
    lifted_at: str | None
    seen_at: str | None
    appeal: AppealOut | None


class SanctionOut(OwnSanctionOut):
    """What moderators see."""

    user_id: str
    issued_by: str | None
    hide_days: int


class OwnSanctionsOut(Out):
    results: list[OwnSanctionOut]


class SanctionsOut(Out):
    results: list[SanctionOut]


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


class SeenOut(Out):
    """A message as it was when it was reported."""

    id: str
    author_id: str
    seq: int
    text: str
    files: list[str]
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


def own_sanction_out(sanction: Sanction, appeal: Appeal | None = None) -> OwnSanctionOut:
    return OwnSanctionOut(**_told(sanction, appeal))


def sanction_out(sanction: Sanction, appeal: Appeal | None = None) -> SanctionOut:
    return SanctionOut(
        **_told(sanction, appeal),
        user_id=str(sanction.user_id),
        issued_by=_id(sanction.issued_by),
        hide_days=sanction.hide_days,
    )


def appeal_out(appeal: Appeal) -> AppealOut:
    return AppealOut(
        text=appeal.text,
        created_at=iso(appeal.created_at),
        decided_at=iso_or_none(appeal.decided_at),
        granted=appeal.granted,
        answer=appeal.answer,
    )


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
        claimed_by=_id(holder),
        claimed_until=iso_or_none(case.claimed_until if holder else None),
    )


def report_out(report: Report, snapshot: Snapshot | None) -> CaseReportOut:
    return CaseReportOut(
        id=str(report.pk),
        reporter_id=_id(report.reporter_id),
        message_id=_id(report.message_id),
        room_id=_id(report.room_id),
        reason=report.reason,
        note=report.note,
        created_at=iso(report.created_at),
        snapshot=snapshot,
    )


def note_out(note: Note) -> NoteOut:
    return NoteOut(id=str(note.pk), author_id=str(note.author_id), text=note.text, created_at=iso(note.created_at))


def version_out(kept: Kept, text: str) -> VersionOut:
    return VersionOut(text=text, by_id=_id(kept.by_id), deleted=kept.deleted, at=iso(kept.at))


def _told(sanction: Sanction, appeal: Appeal | None) -> dict[str, Any]:
    return {
        "id": str(sanction.pk),
        "kind": sanction.kind,
        "room_id": _id(sanction.room_id),
        "room_name": sanction.room_name,
        "reason": sanction.reason,
        "created_at": iso(sanction.created_at),
        "expires_at": iso_or_none(sanction.expires_at),
        "lifted_at": iso_or_none(sanction.lifted_at),
        "seen_at": iso_or_none(sanction.seen_at),
        "appeal": appeal_out(appeal) if appeal is not None else None,
    }


def _id(number: int) -> str | None:
    """Return an id as it travels; 0 is nobody, no room, no message."""
    return str(number) if number else None
