"""How far a person has read, with what that leaves unread."""

from __future__ import annotations

from accounts.models import User
from messaging.services.history import own_membership
from rooms.serializers import MembershipOut
from rooms.services import reading


def read_to(*, actor: User, room_id: int, seq: int, rewind: bool = False) -> MembershipOut:
    """Mark read up to `seq`, or with `rewind` make the message there and all after it unread again."""
    move = reading.mark_unread if rewind else reading.mark_read
    return own_membership(actor, move(actor=actor, room_id=room_id, seq=seq))
