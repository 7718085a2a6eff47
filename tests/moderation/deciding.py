"""What the tests of moderation share: doing it briefly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from accounts.models import User
from core.audit import Action
from moderation.models import AuditEntry, Rule, Sanction
from moderation.services.sanctions import impose
from rooms.models import Room
from tests.clients import Api

Make = Callable[..., Rule]
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def sanction(actor: User, user: User, kind: str = "mute", room: Room | None = None, **fields: Any) -> Sanction:
    """Decide about `user`, for ten minutes where it lasts, unless told otherwise."""
    usual: dict[str, Any] = {"minutes": 10} if kind in ("mute", "ban") else {}
    where = {"room_id": room.pk} if room is not None else {}
    return impose(actor=actor, user_id=user.pk, kind=kind, **{"reason": "Calm down"} | usual | where | fields)


def entries(*actions: Action) -> list[AuditEntry]:
    """Return what was recorded of these actions, oldest first."""
    return list(AuditEntry.objects.filter(action__in=[action.value for action in actions]).order_by("seq"))


def write(actor: User, room: Room, text: str, key: str = "") -> Any:
    """Send a message over REST, as the rules let it; return the answer."""
    return Api(actor).post(f"/rooms/{room.pk}/messages", {"client_id": key or str(uuid4()), "text": text})
