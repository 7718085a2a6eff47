"""Making, changing and removing rules. Each change is recorded, and holds on every process within two seconds."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, Invalid, NotFound
from moderation.models import Rule
from moderation.rules.kinds import compiled, read_parameters
from moderation.services.panic import require_staff
from moderation.services.rulebook import rulebook
from rooms.models import Room

MOST_RULES = 100
TOLD = (
    "name", "kind", "parameters", "room_id", "action", "mute_minutes", "reason", "spares_moderators", "in_direct",
    "enabled", "place",
)  # fmt: skip


def list_rules(*, actor: User) -> list[Rule]:
    require_staff(actor)
    return list(Rule.objects.order_by("place", "pk")[:MOST_RULES])


def rule_for(*, actor: User, rule_id: int) -> Rule:
    require_staff(actor)
    rule = at_most_one(Rule.objects.filter(pk=rule_id))
    if rule is None:
        raise NotFound()
    return rule


@retried
def keep_rule(*, actor: User, rule: Rule) -> Rule:
    """Keep a new or changed rule. Raises `Invalid` for parameters its kind cannot use, `NotFound` for a room that is not."""
    require_staff(actor)
    if not rule.name.strip():
        raise Invalid(fields={"name": ["Give it a name."]})
    compiled(rule.kind, read_parameters(rule.parameters), rule.pk or 0)
    if rule.room_id and not Room.objects.filter(pk=rule.room_id).exists():
        raise NotFound()
    with atomic():
        before = at_most_one(Rule.objects.filter(pk=rule.pk)) if rule.pk else None
        if before is None and Rule.objects.count() >= MOST_RULES:
            raise Conflict("limit.reached")
        rule.save()
        rulebook.change()
        _record(Action.RULE_CHANGED if before else Action.RULE_MADE, actor, rule, _difference(before, rule))
    return rule


@retried
def remove_rule(*, actor: User, rule_id: int) -> None:
    rule = rule_for(actor=actor, rule_id=rule_id)
    with atomic():
        Rule.objects.filter(pk=rule_id).delete()
        rulebook.change()
        _record(Action.RULE_REMOVED, actor, rule, _difference(rule, None))


def _difference(before: Rule | None, after: Rule | None) -> dict[str, Any]:
    pairs = {name: [_value(before, name), _value(after, name)] for name in TOLD}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _value(rule: Rule | None, name: str) -> Any:
    value = getattr(rule, name, None)
    return str(value) if name == "room_id" and value is not None else value


def _record(action: Action, actor: User, rule: Rule, change: dict[str, Any]) -> None:
    record(action, actor_id=actor.pk, target="rule", target_id=rule.pk, change=change, reason=rule.name)
