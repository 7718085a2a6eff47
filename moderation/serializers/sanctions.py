"""Decisions about people, and appeals, on the wire (docs/protocol.md, Moderation)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from core.clock import iso, iso_or_none
from core.wire import Id, In, Out
from moderation.models import Appeal, Sanction

Why = Annotated[str, Meta(min_length=1, max_length=500)]
Minutes = Annotated[int, Meta(ge=1, le=60 * 24 * 366)]
Days = Annotated[int, Meta(ge=0, le=7)]


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


def own_sanction_out(sanction: Sanction, appeal: Appeal | None = None) -> OwnSanctionOut:
    return OwnSanctionOut(**_told(sanction, appeal))


def sanction_out(sanction: Sanction, appeal: Appeal | None = None) -> SanctionOut:
    return SanctionOut(
        **_told(sanction, appeal),
        user_id=str(sanction.user_id),
        issued_by=id_or_none(sanction.issued_by),
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


def _told(sanction: Sanction, appeal: Appeal | None) -> dict[str, Any]:
    return {
        "id": str(sanction.pk),
        "kind": sanction.kind,
        "room_id": id_or_none(sanction.room_id),
        "room_name": sanction.room_name,
        "reason": sanction.reason,
        "created_at": iso(sanction.created_at),
        "expires_at": iso_or_none(sanction.expires_at),
        "lifted_at": iso_or_none(sanction.lifted_at),
        "seen_at": iso_or_none(sanction.seen_at),
        "appeal": appeal_out(appeal) if appeal is not None else None,
    }


def id_or_none(number: int) -> str | None:
    """Return an id as it travels; 0 is nobody, no room, no message."""
    return str(number) if number else None
