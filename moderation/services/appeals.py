"""What a sanctioned person has to say, once per decision, and what is answered."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from accounts.tokens import read_appeal
from core import clock
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, NotFound
from core.limits import Limit, spend
from moderation.models import SITE, Appeal, Kind, Sanction
from moderation.serializers.sanctions import OwnSanctionOut, own_sanction_out
from moderation.services.cases import case_for, count_appeal, join_case, written
from moderation.services.desk import hold
from moderation.services.lifting import lift
from moderation.services.listing import own_sanction
from moderation.services.sanctions import require_above, tell

APPEALS = Limit("appeal", times=5, seconds=3600)
OPEN_FOR = timedelta(days=30)


def appeal(*, actor: User, sanction_id: int, text: str) -> OwnSanctionOut:
    """Appeal against a decision about oneself; a second appeal answers with the first."""
    return _appeal(own_sanction(actor, sanction_id), text)


def appeal_from_outside(*, token: str, text: str) -> OwnSanctionOut:
    """Appeal against the ban that keeps one from signing in; `token` came with the refusal."""
    banned = Sanction.objects.filter(user_id=read_appeal(token), room_id=SITE, kind=Kind.BAN)
    latest = next((one for one in banned.order_by("-pk")[:20] if one.is_active(clock.now())), None)
    if latest is None:
        raise NotFound()
    return _appeal(latest, text)


@retried
def _appeal(sanction: Sanction, text: str) -> OwnSanctionOut:
    first = at_most_one(Appeal.objects.filter(sanction_id=sanction.pk))
    if first is not None:
        return own_sanction_out(sanction, first)
    if sanction.lifted_at is not None or sanction.created_at < clock.now() - OPEN_FOR:
        raise Conflict("sanction.over")
    spend(APPEALS, sanction.user_id)
    with atomic():
        case = join_case(sanction.user_id)
        first = at_most_one(
            Appeal.objects.filter(sanction_id=sanction.pk)
        )  # in line now, with any other of the person's
        if first is not None:
            return own_sanction_out(sanction, first)
        made = Appeal.objects.create(
            sanction_id=sanction.pk, user_id=sanction.user_id, case_id=case.pk, text=written(text)
        )
        count_appeal(case)
        tell(sanction)
    return own_sanction_out(sanction, made)


@retried
def decide_appeal(*, actor: User, sanction_id: int, granted: bool, answer: str = "") -> Appeal:
    """Answer an appeal; granted, the decision is taken back. The first answer stands."""
    found = at_most_one(Appeal.objects.filter(sanction_id=sanction_id))
    if found is None:
        raise NotFound()
    case_for(actor=actor, case_id=found.case_id)
    if found.decided_at is not None:
        return found
    hold(actor=actor, case_id=found.case_id)
    with atomic():
        moment = clock.now()
        waiting = Appeal.objects.filter(pk=found.pk, decided_at=None)
        decided = waiting.update(decided_at=moment, decided_by=actor.pk, granted=granted, answer=answer.strip())
        found.refresh_from_db()
        if not decided:
            return found
        sanction = Sanction.objects.get(pk=sanction_id)
        standing = in_force(sanction) if granted else []
        for one in standing:
            lift(actor=actor, sanction_id=one.pk, reason=answer, show=True)
        if sanction not in standing:
            tell(sanction)
        record(
            Action.APPEAL_DECIDED,
            actor_id=actor.pk,
            target="sanction",
            target_id=sanction_id,
            subject_id=sanction.user_id,
            room_id=sanction.room_id,
            reason=answer,
            change={"granted": granted},
        )
        require_above(actor, User.objects.get(pk=sanction.user_id))
    return found


def in_force(sanction: Sanction) -> list[Sanction]:
    """Return what holds of this decision: itself, or what has taken its place since."""
    if sanction.kind not in (Kind.MUTE, Kind.BAN):
        return [] if sanction.lifted_at else [sanction]
    same = Sanction.objects.filter(user_id=sanction.user_id, room_id=sanction.room_id, kind=sanction.kind)
    return list(same.filter(lifted_at=None).order_by("pk"))
