"""What a block means in rooms: the direct room of the two takes nothing new, and neither can draw the other into one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import IntegrityError

from accounts.models import Block, User
from accounts.services.blocks import add_block, blocking, remove_block
from core import clock
from core.db import at_most_one, atomic, retried
from core.errors import Forbidden
from core.events import publish, user_topic
from rooms.events import membership_updated
from rooms.models import Closed, Membership, Room
from rooms.permissions import admitted
from rooms.serializers import membership_out
from rooms.services.counter import raise_access_in


def direct_key(ids: Sequence[int]) -> str:
    """Return the unique key of the direct room of these people, however they are ordered."""
    return "direct:" + hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()


@retried
def block_person(*, actor: User, user_id: int) -> None:
    """Want nothing of somebody any more. They are not told; blocking twice is fine."""
    try:
        with atomic():
            if not add_block(actor=actor, user_id=user_id):
                return
            close_or_open([actor.pk, user_id])
    except IntegrityError:  # the same wish from another tab was quicker
        return
    close_or_open([actor.pk, user_id])  # a room that was made at the same moment could not be seen yet


@retried
def unblock_person(*, actor: User, user_id: int) -> None:
    with atomic():
        if remove_block(actor=actor, user_id=user_id):
            close_or_open([actor.pk, user_id])


def require_unblocked(actor: User, user_ids: Sequence[int]) -> None:
    """Raise `Forbidden` if the actor and one of these people want nothing of each other."""
    others = [user_id for user_id in user_ids if user_id != actor.pk]
    if at_most_one(Block.objects.filter(blocker_id=actor.pk, blocked_id__in=others)):
        raise Forbidden("user.blocked")
    if blocking(actor.pk, others):
        raise Forbidden("user.unavailable")


@retried
def close_or_open(ids: Sequence[int]) -> None:
    """Make the direct room of these two as their blocks want it. What it was is said to them both by its state alone."""
    room = at_most_one(Room.objects.filter(direct_key=direct_key(ids))) if len(set(ids)) == 2 else None
    if room is None:
        return
    with atomic():
        raise_access_in(room.pk)
        blocks = Block.objects.filter(blocker_id__in=list(ids), blocked_id__in=list(ids))
        blockers = set(blocks.values_list("blocker_id", flat=True))
        for membership in Membership.objects.filter(room_id=room.pk):
            _put(membership, blockers)


def _put(membership: Membership, blockers: set[int]) -> None:
    after = Closed.BLOCKED if blockers else Closed.NO
    closed = Closed.BLOCKING if membership.user_id in blockers else after
    if membership.closed in (closed, Closed.GONE):
        return
    before, membership.closed = membership.closed, closed
    Membership.objects.filter(pk=membership.pk).update(closed=closed)
    if admitted(closed) != admitted(before):
        own = membership_out(membership, User.objects.get(pk=membership.user_id), clock.now())
        publish(user_topic(membership.user_id), membership_updated(membership, own))
