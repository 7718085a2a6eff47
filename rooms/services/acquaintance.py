"""Who knows whom: people who share a room that is more than their own conversation."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Pausable, User
from accounts.services.pauses import paused_until, require_running
from rooms.models import Kind, Room
from rooms.services.access import room_ids_of


def require_acquaintance(actor: User, user_ids: Collection[int]) -> None:
    """Raise `direct.paused` while strangers may not be written to and one of these people is one. Staff may always."""
    if paused_until(Pausable.STRANGERS) is None or actor.is_staff:
        return
    if any(are_strangers(actor.pk, user_id) for user_id in user_ids if user_id != actor.pk):
        require_running(Pausable.STRANGERS, "direct.paused")


def are_strangers(one_id: int, other_id: int) -> bool:
    shared = set(room_ids_of(one_id)) & set(room_ids_of(other_id))
    return not Room.objects.filter(pk__in=list(shared)).exclude(kind=Kind.DIRECT).exists()
