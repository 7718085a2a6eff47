"""The rules that are switched on, compiled, as this process keeps them."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from accounts.models import Role
from core.errors import Invalid
from core.kept import Kept
from moderation.models import Rule, RuleAction
from moderation.rules.kinds import Matcher, compiled, read_parameters
from rooms.permissions import Rights

# Whom of the staff an action does not reach; the others reach everybody but administrators.
BEYOND: dict[str, tuple[Role, ...]] = {RuleAction.REPORT: (), RuleAction.MUTE: (Role.MODERATOR, Role.ADMIN)}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Active:
    rule: Rule
    match: Matcher

    def concerns(self, room_id: int, *, rank: str, role: str, direct: bool) -> bool:
        """`rank` in the room, `role` on the site. A rule stands below the staff: see `BEYOND`."""
        rule = self.rule
        if role in BEYOND.get(rule.action, (Role.ADMIN,)):
            return False
        if rule.spares_moderators and rank != "member":
            return False
        return rule.room_id == room_id or (not rule.room_id and (rule.in_direct or not direct))


def _read() -> list[Active]:
    active = []
    for rule in Rule.objects.filter(enabled=True).order_by("place", "pk"):
        try:
            active.append(Active(rule, matcher_of(rule)))
        except Invalid as error:  # kept by another version: one rule less, not a site that cannot be written on
            log.error("rule %s is left out: %s", rule.pk, error)
    return active


def matcher_of(rule: Rule) -> Matcher:
    return compiled(rule.kind, read_parameters(rule.parameters), rule.pk)


rulebook: Kept[list[Active]] = Kept("rules", _read)


def concerning(room_id: int, rights: Rights, role: str) -> list[Active]:
    """Return the rules that a message of somebody with these rights is held against, in their order."""
    return [one for one in rulebook.get() if one.concerns(room_id, rank=rights.rank, role=role, direct=rights.direct)]
