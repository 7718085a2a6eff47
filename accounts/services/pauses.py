"""The panic switch: what the site does without for some hours. Who may throw it is for the apps above to say."""

from __future__ import annotations

import re
from datetime import datetime

from accounts.models import Pausable, Pause, User
from core import clock
from core.clock import iso
from core.errors import Forbidden
from core.kept import Kept

LINK = re.compile(r"https?://", re.IGNORECASE)


def _read() -> dict[str, datetime]:
    return dict(Pause.objects.values_list("what", "until"))


_pauses = Kept("pauses", _read)


def paused_until(what: Pausable) -> datetime | None:
    """Return when the pause ends that holds now, if one does. Costs no query."""
    until = _pauses.get().get(what.value)
    return until if until is not None and until > clock.now() else None


def require_running(what: Pausable, code: str) -> None:
    """Raise `Forbidden` with this code, and until when, while `what` is paused."""
    until = paused_until(what)
    if until is not None:
        raise Forbidden(code, data={"until": iso(until)})


def require_no_link(actor: User, text: str) -> None:
    """Raise `Forbidden` (`links.paused`) for a link in what others will read, while links are paused; not to the staff."""
    if LINK.search(text) and not actor.is_staff:
        require_running(Pausable.LINKS, "links.paused")


def put_pause(what: Pausable, until: datetime) -> None:
    """Pause until then, in the caller's transaction; a moment that has passed ends a pause."""
    Pause.objects.update_or_create(what=what.value, defaults={"until": until})
    _pauses.change()
