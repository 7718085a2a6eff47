"""How far a person has read. Moves forward by itself and back only on purpose; both move `read_mark` up."""

from __future__ import annotations

from django.db.models import F

from accounts.models import User
from core.db import atomic, retried
from core.events import publish, room_topic, user_topic
from rooms.events import read_advanced
from rooms.models import Membership, Room
from rooms.services.access import membership_of

# Everybody's receipt for everybody is quadratic: above this size it goes to the reader's own devices only.
MOST_MEMBERS_SEEING_RECEIPTS = 100


@retried
def mark_read(*, actor: User, room_id: int, seq: int) -> Membership:
    """Read up to `seq`. Never moves back, and never past the room's head."""
    membership = membership_of(actor.pk, room_id)
    room = Room.objects.get(pk=room_id)
    seq = min(seq, room.rev)
    with atomic():
        moved = Membership.objects.filter(pk=membership.pk, left_at=None, last_read_seq__lt=seq).update(
            last_read_seq=seq, read_mark=F("read_mark") + 1
        )
        return _publish(membership, room) if moved else membership


@retried
def mark_unread(*, actor: User, room_id: int, seq: int) -> Membership:
    """Make the message at `seq` and all after it unread again. Never moves forward."""
    membership = membership_of(actor.pk, room_id)
    seq = max(seq, 1)
    with atomic():
        moved = Membership.objects.filter(pk=membership.pk, left_at=None, last_read_seq__gte=seq).update(
            last_read_seq=seq - 1, read_mark=F("read_mark") + 1
        )
        return _publish(membership, Room.objects.get(pk=room_id)) if moved else membership


def _publish(membership: Membership, room: Room) -> Membership:
    membership.refresh_from_db()
    everybody = room.member_count <= MOST_MEMBERS_SEEING_RECEIPTS
    topic = room_topic(room.pk) if everybody else user_topic(membership.user_id)
    publish(topic, read_advanced(membership))
    return membership
