"""The panic switch in the hands of the site's moderators: pause something for some hours, and end the pause."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Pausable, User
from accounts.services.pauses import paused_until, put_pause
from core import clock
from core.audit import Action, record
from core.db import atomic, retried
from core.errors import Invalid, NotFound

LONGEST = 7 * 24  # hours


def require_staff(actor: User) -> None:
    """To everybody but the site's moderators and administrators nothing of this exists."""
    if not actor.is_staff:
        raise NotFound()


def pauses(*, actor: User) -> dict[str, datetime | None]:
    """Return until when each thing is paused; None where it runs."""
    require_staff(actor)
    return {what.value: paused_until(what) for what in Pausable}


@retried
def pause(*, actor: User, what: str, hours: int, reason: str = "") -> None:
    """Pause something for so many hours from now."""
    require_staff(actor)
    if not 1 <= hours <= LONGEST:
        raise Invalid(fields={"hours": [f"From 1 to {LONGEST}."]})
    until = clock.now() + timedelta(hours=hours)
    with atomic():
        put_pause(_known(what), until)
        record(Action.PAUSED, actor_id=actor.pk, target=what, change={"hours": hours}, reason=reason)


@retried
def resume(*, actor: User, what: str) -> None:
    """End a pause; one that is over is fine."""
    require_staff(actor)
    if paused_until(_known(what)) is None:
        return
    with atomic():
        put_pause(_known(what), clock.now())
        record(Action.RESUMED, actor_id=actor.pk, target=what)


def _known(what: str) -> Pausable:
    try:
        return Pausable(what)
    except ValueError:
        raise NotFound() from None
