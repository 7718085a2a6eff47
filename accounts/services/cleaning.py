"""What nobody needs any more is forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session

from accounts.models import AuthSession
from core import clock

KEPT = timedelta(days=30)  # an ended sign-in stays long enough to look back at what happened


def forget_old_sign_ins() -> None:
    """Delete the sign-ins that ended a month ago or more, and the admin's sessions that have run out."""
    long_ago = clock.now() - KEPT
    AuthSession.objects.filter(expires_at__lt=long_ago).delete()
    AuthSession.objects.filter(revoked_at__lt=long_ago).delete()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
