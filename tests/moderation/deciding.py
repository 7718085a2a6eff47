"""What the tests of moderation share: doing it briefly."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from core.audit import Action
from moderation.models import AuditEntry, Sanction
from moderation.services.sanctions import impose
from rooms.models import Room


def sanction(actor: User, user: User, kind: str = "mute", room: Room | None = None, **fields: Any) -> Sanction:
    """Decide about `user`, for ten minutes where it lasts, unless told otherwise."""
    usual: dict[str, Any] = {"minutes": 10} if kind in ("mute", "ban") else {}
    where = {"room_id": room.pk} if room is not None else {}
    return impose(actor=actor, user_id=user.pk, kind=kind, **{"reason": "Calm down"} | usual | where | fields)


def entries(*actions: Action) -> list[AuditEntry]:
    """Return what was recorded of these actions, oldest first."""
    return list(AuditEntry.objects.filter(action__in=[action.value for action in actions]).order_by("seq"))
