"""Somebody is gone for good: they leave every room, and whoever stays goes on without them."""

from __future__ import annotations

from core import clock
from core.db import at_most_one, atomic, retried
from core.events import publish, room_topic
from rooms.events import member_updated
from rooms.models import Closed, Kind, MemberRole, Membership, Room
from rooms.services.access import room_ids_of
from rooms.services.counter import raise_access_in, take_rev
from rooms.services.members import end_membership, publish_own

SUCCESSION = (MemberRole.MODERATOR, MemberRole.MEMBER)


def depart_everywhere(user_id: int) -> None:
    """End every membership, one transaction for each room; a second call finds those that are left."""
    for room_id in room_ids_of(user_id):
        depart(room_id, user_id)


@retried
def depart(room_id: int, user_id: int) -> None:
    with atomic():
        room = Room.objects.get(pk=room_id)
        if room.kind == Kind.DIRECT:
            _close(room, user_id)
            return
        rev = take_rev(room_id, alters_access=True)
        room = Room.objects.get(pk=room_id)
        membership = at_most_one(Membership.objects.filter(room_id=room_id, user_id=user_id, left_at=None))
        if membership is None:
            return
        end_membership(room, rev, membership, "left")
        _appoint(room)


def _close(room: Room, user_id: int) -> None:
    """What was said stays readable; of two the other one writes to nobody."""
    raise_access_in(room.pk)
    Membership.objects.filter(room_id=room.pk, user_id=user_id).update(left_at=clock.now(), changed_at=clock.now())
    others = list(Membership.objects.filter(room_id=room.pk, left_at=None))
    if len(room.participant_ids) == 2:
        for membership in others:
            Membership.objects.filter(pk=membership.pk).update(closed=Closed.GONE)
            membership.closed = Closed.GONE
            publish_own(membership)


def _appoint(room: Room) -> None:
    """A room without an owner gets the moderator, else the member, who has been in it longest."""
    present = Membership.objects.filter(room_id=room.pk, left_at=None)
    if present.filter(role=MemberRole.OWNER).exists():
        return
    for role in SUCCESSION:
        heir = at_most_one(present.filter(role=role).order_by("joined_at", "pk"))
        if heir is not None:
            heir.role, heir.rev, heir.changed_at = MemberRole.OWNER, take_rev(room.pk, alters_access=True), clock.now()
            heir.save(update_fields=["role", "rev", "changed_at"])
            publish(room_topic(room.pk), member_updated(heir))
            publish_own(heir)
            return
