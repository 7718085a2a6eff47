"""Decisions as they are looked at: one's own, and by moderators those about somebody."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from core import clock
from core.db import at_most_one, retried
from core.errors import NotFound
from moderation.models import SITE, Appeal, Kind, Sanction
from moderation.serializers.sanctions import OwnSanctionOut, SanctionOut, own_sanction_out, sanction_out
from moderation.services.sanctions import is_before_staff
from rooms.services.access import load_rights

TOLD_FOR = timedelta(days=30)  # how long a person is told of a warning they have not seen
MOST_LISTED = 100


def own_sanctions(*, actor: User) -> list[OwnSanctionOut]:
    """Return what holds against the actor now, and what they have not said they have seen; the latest first."""
    moment = clock.now()
    recent = Sanction.objects.filter(user_id=actor.pk).order_by("-pk")[:MOST_LISTED]
    told = [one for one in recent if one.is_active(moment) or _is_news(one)]
    appeals = appeals_of(told)
    return [own_sanction_out(one, appeals.get(one.pk)) for one in told]


def _is_news(sanction: Sanction) -> bool:
    lasting = sanction.kind in (Kind.MUTE, Kind.BAN)
    unseen = sanction.seen_at is None and sanction.lifted_at is None and not lasting
    return unseen and sanction.created_at > clock.now() - TOLD_FOR


@retried
def mark_seen(*, actor: User, sanction_id: int) -> OwnSanctionOut:
    """Keep that the person has seen what they were told."""
    sanction = own_sanction(actor, sanction_id)
    if sanction.seen_at is None:
        sanction.seen_at = clock.now()
        Sanction.objects.filter(pk=sanction_id, seen_at=None).update(seen_at=sanction.seen_at)
    return own_sanction_out(sanction, appeals_of([sanction]).get(sanction.pk))


def own_sanction(actor: User, sanction_id: int) -> Sanction:
    sanction = at_most_one(Sanction.objects.filter(pk=sanction_id, user_id=actor.pk))
    if sanction is None:
        raise NotFound()
    return sanction


def sanctions_about(*, actor: User, user_id: int, room_id: int = SITE) -> list[SanctionOut]:
    """Return decisions about a person for who may moderate them: in one room, or (`SITE`) all of them for the staff."""
    found = Sanction.objects.filter(user_id=user_id)
    if room_id:
        if not is_before_staff(actor, user_id, room_id):
            load_rights(actor.pk, room_id).require("moderate")
        found = found.filter(room_id=room_id)
    elif not actor.is_staff:
        raise NotFound()
    return with_appeals(list(found.order_by("-pk")[:MOST_LISTED]))


def with_appeals(sanctions: list[Sanction]) -> list[SanctionOut]:
    appeals = appeals_of(sanctions)
    return [sanction_out(one, appeals.get(one.pk)) for one in sanctions]


def appeals_of(sanctions: list[Sanction]) -> dict[int, Appeal]:
    ids = [sanction.pk for sanction in sanctions]
    return {appeal.sanction_id: appeal for appeal in Appeal.objects.filter(sanction_id__in=ids)}
