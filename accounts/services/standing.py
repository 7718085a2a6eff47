"""Whether somebody may be here, and what they are told if not. For people whose identity has been proved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.tokens import issue_appeal
from core import clock
from core.clock import iso_or_none
from core.errors import Forbidden

NOT_SUSPENDED: dict[str, Any] = {"suspended_at": None, "suspended_until": None, "suspension_reason": ""}


AppealOf = Callable[[int], dict[str, Any] | None]


def _no_appeal(user_id: int) -> dict[str, Any] | None:
    return None


_appeal_of: AppealOf = _no_appeal


def set_appeal_of(appeal_of: AppealOf | None) -> AppealOf:
    """Choose who knows what became of a suspended person's appeal; returns the one before."""
    global _appeal_of
    before, _appeal_of = _appeal_of, appeal_of or _no_appeal
    return before


def require_standing(user: User) -> None:
    """Raise `Forbidden` with the reason, the end and what there is to appeal with, if the person is suspended."""
    if not user.may_sign_in:
        raise Forbidden("user.suspended", data=_told(user) if user.is_suspended else None)


def require_voice(user: User, muted_in_room: datetime | None = None) -> None:
    """Raise `Forbidden` while the person is muted, on the whole site or until `muted_in_room`."""
    for code, until in (("user.muted", user.muted_until), ("member.muted", muted_in_room)):
        if until is not None and until > clock.now():
            raise Forbidden(code, data={"until": clock.iso(until)})


def _told(user: User) -> dict[str, Any]:
    return {
        "until": iso_or_none(user.suspended_until),
        "reason": user.suspension_reason,
        "appeal": issue_appeal(user.pk),
        "appealed": _appeal_of(user.pk),
    }
