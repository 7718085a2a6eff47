"""Holding a message against the rules, and doing what they say. `MESSAGE_SCREEN` names `screen`."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from core import clock
from core.audit import Action, record
from core.db import atomic, retried
from core.errors import Forbidden, RateLimited
from core.limits import Limit, spend
from messaging import store
from messaging.services.moderating import remove_message
from messaging.services.screening import Consequence, Draft
from messaging.store import Row
from moderation.models import Kind, Rule, RuleAction, Sanction
from moderation.rules.subject import Subject
from moderation.services.holding import hold
from moderation.services.reporting import report_by_rule
from moderation.services.rulebook import concerning
from moderation.services.sanctions import keep_sanction
from rooms.models import Room
from rooms.services.sanctions import mute_member

BY_A_RULE = 0
REFUSED_TOO_LONG = timedelta(days=30)


class Hit(NamedTuple):
    rule: Rule
    found: str


def screen(draft: Draft) -> Consequence | None:
    """Refuse the draft, hold it, or return what is to be done with the message once it is there."""
    rules = concerning(draft.room_id, draft.rights, draft.author.role)
    if not rules:
        return None
    subject = _subject(draft)
    hits = [Hit(one.rule, found) for one in rules if (found := one.match(subject))]
    if not hits or _is_retry(draft):
        return None
    for hit in hits:
        if hit.rule.action == RuleAction.HOLD and not draft.message_id:
            hold(draft, hit.rule)
        if hit.rule.action in (RuleAction.BLOCK, RuleAction.HOLD):
            _refuse(draft, hit.rule)
    return partial(_follow, hits)


def _subject(draft: Draft) -> Subject:
    author = draft.author
    return Subject(
        text=draft.text,
        mentions=len(draft.named.keys),
        names_room=draft.named.room,
        has_files=bool(draft.file_ids),
        age=clock.now() - author.created_at,
        exceeds=partial(_exceeds, author.pk),
    )


def _exceeds(user_id: int, what: str, times: int, seconds: float) -> bool:
    try:
        spend(Limit(what, times, seconds, always=True), user_id)
    except RateLimited:
        return True
    return False


def _is_retry(draft: Draft) -> bool:
    return not draft.message_id and store.find_sent(draft.author.pk, draft.client_id) is not None


@retried
def _refuse(draft: Draft, rule: Rule) -> None:
    with atomic():
        _record(rule, draft.author.pk, draft.room_id, draft.message_id)
    raise Forbidden("rule.blocked", rule.reason or None)


def _follow(hits: list[Hit], row: Row) -> None:
    """Do what the rules say, in the transaction that keeps the message."""
    for rule, found in hits:
        if rule.action == RuleAction.DELETE:
            remove_message(message_id=row.id, by_id=BY_A_RULE, reason=rule.name)
        elif rule.action == RuleAction.MUTE:
            _mute(rule, row)
        else:
            report_by_rule(row=row, reason="other", note=f"{rule.name}: {found}"[:1000])
        _record(rule, row.author_id, row.room_id, row.id)


def _mute(rule: Rule, row: Row) -> None:
    until = clock.now() + timedelta(minutes=rule.mute_minutes)
    mute_member(room_id=row.room_id, user_id=row.author_id, until=until)
    keep_sanction(
        Sanction(
            user_id=row.author_id,
            room_id=row.room_id,
            room_name=Room.objects.values_list("name", flat=True).get(pk=row.room_id),
            kind=Kind.MUTE,
            reason=rule.reason or rule.name,
            issued_by=BY_A_RULE,
            expires_at=until,
            created_at=clock.now(),
        )
    )


def _record(rule: Rule, author_id: int, room_id: int, message_id: int) -> None:
    record(
        Action.RULE_ACTED,
        actor_id=BY_A_RULE,
        target="rule",
        target_id=rule.pk,
        subject_id=author_id,
        room_id=room_id,
        change={"action": rule.action, "message_id": str(message_id)},
        reason=rule.name,
    )
