"""Shutting somebody out of the site, or silencing them. Who may decide that is for the apps above to say."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.services.sessions import end_all
from accounts.services.stamping import person_changed
from accounts.services.standing import NOT_SUSPENDED
from core import clock
from core.db import atomic, retried


@retried
def suspend_user(*, user: User, until: datetime | None = None, reason: str = "") -> None:
    """Suspend somebody until then (None: for good); all their sign-ins end, in the same transaction, so that no refresh
    slips through. `reason` is what they are told.
    """
    with atomic():
        user.refresh_from_db(fields=["suspended_at", "suspended_until"])
        since = user.suspended_at if user.is_suspended else clock.now()
        changes = {"suspended_at": since, "suspended_until": until, "suspension_reason": reason}
        User.objects.filter(pk=user.pk).update(**changes)
        person_changed(user.pk)
        end_all(user=user)
        user.refresh_from_db(fields=list(changes))


@retried
def restore_user(*, user: User) -> None:
    """Let somebody sign in again; what was ended stays ended."""
    with atomic():
        person_changed(user.pk)
        User.objects.filter(pk=user.pk).update(**NOT_SUSPENDED)
    user.refresh_from_db(fields=list(NOT_SUSPENDED))


@retried
def mute_user(*, user: User, until: datetime | None) -> None:
    """Let somebody read but not write anywhere until then (None: write again)."""
    with atomic():
        User.objects.filter(pk=user.pk).update(muted_until=until)
        person_changed(user.pk)
    user.muted_until = until


def tidy_suspensions() -> None:
    """Forget suspensions that have ended, so that lists of people show them again."""
    User.objects.filter(suspended_until__lte=clock.now()).update(**NOT_SUSPENDED)
