"""Decisions as they are looked at: one's own, and by moderators those about somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from django.db.models import Q

from accounts.models import User
from core import clock
from core.db import at_most_one, retried
from core.errors import NotFound
from moderation.models import SITE, Appeal, Kind, Sanction
from moderation.serializers.sanctions import OwnSanctionOut, SanctionOut, appeal_out, own_sanction_out, sanction_out
from moderation.services.sanctions import is_before_staff
from rooms.services.access import load_rights

TOLD_FOR = timedelta(days=30)  # how long a person is told of a warning they have not seen
MOST_LISTED = 100


def own_sanctions(*, actor: User) -> list[OwnSanctionOut]:
    """Return what holds against the actor now, and what they have not said they have seen; the latest first."""
    moment = clock.now()
    recent = Sanction.objects.filter(user_id=actor.pk).order_by("-pk")[:MOST_LISTED]
    appeals = appeals_of(list(recent))
    told = [one for one in recent if one.is_active(moment) or _is_news(one, appeals.get(one.pk))]
    return [own_sanction_out(one, appeals.get(one.pk)) for one in told]


def active_site_ban(user_id: int) -> Sanction | None:
    """Return the ban that keeps the person from signing in, the latest."""
    banned = Sanction.objects.filter(user_id=user_id, room_id=SITE, kind=Kind.BAN)
    return next((one for one in banned.order_by("-pk")[:20] if one.is_active(clock.now())), None)


def appeal_of_banned(user_id: int) -> dict[str, Any] | None:
    """Return what a banned person has said to it and was answered, if they have."""
    ban = active_site_ban(user_id)
    appeal = appeals_of([ban]).get(ban.pk) if ban is not None else None
    return msgspec.to_builtins(appeal_out(appeal)) if appeal is not None else None


def _is_news(sanction: Sanction, appeal: Appeal | None) -> bool:
    """Return whether it is to be told until it was read: a warning, and the answer to an appeal."""
    if appeal is not None and appeal.decided_at is not None:
        unread = sanction.seen_at is None or sanction.seen_at < appeal.decided_at
        return unread and appeal.decided_at > clock.now() - TOLD_FOR
    lasting = sanction.kind in (Kind.MUTE, Kind.BAN)
    unseen = sanction.seen_at is None and sanction.lifted_at is None and not lasting
    return unseen and sanction.created_at > clock.now() - TOLD_FOR


@retried
def mark_seen(*, actor: User, sanction_id: int) -> OwnSanctionOut:
    """Keep that the person has seen what they were told, the answer to their appeal included."""
    sanction = own_sanction(actor, sanction_id)
    appeal = appeals_of([sanction]).get(sanction.pk)
    answered_at = appeal.decided_at if appeal is not None else None
    if sanction.seen_at is None or (answered_at is not None and sanction.seen_at < answered_at):
        unread = Q(seen_at=None) if answered_at is None else Q(seen_at=None) | Q(seen_at__lt=answered_at)
        sanction.seen_at = clock.now()
        Sanction.objects.filter(unread, pk=sanction_id).update(seen_at=sanction.seen_at)
    return own_sanction_out(sanction, appeal)


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
