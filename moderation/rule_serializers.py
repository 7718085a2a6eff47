"""Rules, what they hold back, trials and pauses on the wire (docs/protocol.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from core import wire
from core.clock import iso, iso_or_none
from core.wire import Id, In, Out
from moderation.models import HeldMessage, Rule, Trial

Kinds = Literal["words", "pattern", "links", "mentions", "repeats", "newcomers"]
Actions = Literal["block", "hold", "delete", "mute", "report"]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Reason = Annotated[str, Meta(max_length=200)]
Minutes = Annotated[int, Meta(ge=1, le=28 * 24 * 60)]
Place = Annotated[int, Meta(ge=-1000, le=1000)]


class NewRuleIn(In):
    name: Name
    kind: Kinds
    action: Actions
    parameters: dict[str, Any] = {}
    room_id: Id | None = None
    mute_minutes: Minutes = 10
    reason: Reason = ""
    spares_moderators: bool = True
    in_direct: bool = False
    enabled: bool = False
    place: Place = 0


class RuleIn(In):
    name: Name | UnsetType = UNSET
    action: Actions | UnsetType = UNSET
    parameters: dict[str, Any] | UnsetType = UNSET
    mute_minutes: Minutes | UnsetType = UNSET
    reason: Reason | UnsetType = UNSET
    spares_moderators: bool | UnsetType = UNSET
    in_direct: bool | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    place: Place | UnsetType = UNSET


class HeldIn(In):
    decision: Literal["release", "refuse"]
    reason: Reason = ""


class PauseIn(In):
    hours: Annotated[int, Meta(ge=1, le=168)]
    reason: Reason = ""


class RuleOut(Out):
    id: str
    name: str
    kind: str
    action: str
    parameters: dict[str, Any]
    room_id: str | None
    mute_minutes: int
    reason: str
    spares_moderators: bool
    in_direct: bool
    enabled: bool
    place: int


class RulesOut(Out):
    results: list[RuleOut]


class RuleTrialOut(Out):
    """`progress` goes from 0 to 1; `samples` are ids of the first messages that matched."""

    progress: float
    looked_at: int
    matched: int
    by_moderators: int
    samples: list[str]
    started_at: str
    finished_at: str | None


class HeldOut(Out):
    id: str
    room_id: str
    author_id: str
    client_id: str
    text: str
    rule: str
    created_at: str


class HeldListOut(Out):
    results: list[HeldOut]


class PausesOut(Out):
    """Until when each is paused; null while it runs."""

    sign_ups: str | None
    strangers: str | None
    links: str | None


def rule_out(rule: Rule) -> RuleOut:
    return RuleOut(
        id=str(rule.pk),
        name=rule.name,
        kind=rule.kind,
        action=rule.action,
        parameters=msgspec.json.decode(rule.parameters),
        room_id=str(rule.room_id) if rule.room_id else None,
        mute_minutes=rule.mute_minutes,
        reason=rule.reason,
        spares_moderators=rule.spares_moderators,
        in_direct=rule.in_direct,
        enabled=rule.enabled,
        place=rule.place,
    )


def trial_out(trial: Trial) -> RuleTrialOut:
    return RuleTrialOut(
        progress=round(trial.progress, 3),
        looked_at=trial.looked_at,
        matched=trial.matched,
        by_moderators=trial.by_moderators,
        samples=[str(message_id) for message_id in msgspec.json.decode(trial.samples, type=list[int])],
        started_at=iso(trial.started_at),
        finished_at=iso_or_none(trial.finished_at),
    )


def held_out(held: HeldMessage) -> HeldOut:
    return HeldOut(
        id=str(held.pk),
        room_id=str(held.room_id),
        author_id=str(held.author_id),
        client_id=held.client_id,
        text=held.text,
        rule=held.rule_name,
        created_at=iso(held.created_at),
    )


def encoded_parameters(parameters: dict[str, Any]) -> str:
    return wire.encode_text(parameters)
