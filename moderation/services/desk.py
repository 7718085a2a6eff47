"""What the desk does with what was reported: each action takes the case first, so that two never answer the same report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from core.db import at_most_one
from core.errors import NotFound
from messaging.serializers import MessageOut
from messaging.services.moderating import put_back_message, remove_message
from moderation.models import Case, Report, Sanction
from moderation.services.cases import claim_case
from moderation.services.lifting import lift
from moderation.services.sanctions import impose, require_above


def hold(*, actor: User, case_id: int) -> Case:
    """Take the case, or keep it; raise unless the actor may act on whom it is about."""
    case = claim_case(actor=actor, case_id=case_id)
    require_above(actor, User.objects.get(pk=case.subject_id))
    return case


def remove_reported(*, actor: User, case_id: int, message_ids: Sequence[int], reason: str = "") -> list[MessageOut]:
    """Delete messages that were reported in this case, wherever they are."""
    ids = _reported(hold(actor=actor, case_id=case_id), message_ids)
    return [remove_message(message_id=one, by_id=actor.pk, reason=reason) for one in ids]


def restore_reported(*, actor: User, case_id: int, message_ids: Sequence[int], reason: str = "") -> list[MessageOut]:
    """Show messages again that a moderator has deleted."""
    ids = _reported(hold(actor=actor, case_id=case_id), message_ids)
    return [put_back_message(message_id=one, by_id=actor.pk, reason=reason) for one in ids]


def _reported(case: Case, message_ids: Sequence[int]) -> Sequence[int]:
    """Return the ids if all of them were reported of this person; else raise `NotFound`."""
    known = Report.objects.filter(subject_id=case.subject_id, message_id__in=list(message_ids))
    if set(known.values_list("message_id", flat=True)) != set(message_ids):
        raise NotFound()
    return message_ids


def sanction_subject(*, actor: User, case_id: int, **decision: Any) -> Sanction:
    """Decide about whom the case is about; see `impose`."""
    case = hold(actor=actor, case_id=case_id)
    return impose(actor=actor, user_id=case.subject_id, **decision)


def lift_from_subject(*, actor: User, case_id: int, sanction_id: int, reason: str, show: bool) -> Sanction:
    """Take back what was decided about whom the case is about."""
    case = hold(actor=actor, case_id=case_id)
    if at_most_one(Sanction.objects.filter(pk=sanction_id, user_id=case.subject_id)) is None:
        raise NotFound()
    return lift(actor=actor, sanction_id=sanction_id, reason=reason, show=show)
