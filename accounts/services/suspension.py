"""Shutting somebody out of the site. Who may decide that is for the apps above to say."""

from __future__ import annotations

from accounts.models import User
from accounts.services.sessions import end_all
from accounts.services.stamping import person_changed
from core import clock
from core.db import atomic, retried


@retried
def suspend_user(*, user: User) -> None:
    """Suspend somebody; all their sign-ins end, in the same transaction, so that no refresh slips through."""
    with atomic():
        User.objects.filter(pk=user.pk, suspended_at=None).update(suspended_at=clock.now())
        person_changed(user.pk)
        end_all(user=user)
        user.refresh_from_db(fields=["suspended_at"])


@retried
def restore_user(*, user: User) -> None:
    """Let somebody sign in again; what was ended stays ended."""
    with atomic():
        person_changed(user.pk)
        User.objects.filter(pk=user.pk).update(suspended_at=None)
    user.suspended_at = None
