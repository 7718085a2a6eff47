"""Sign-ins that ended long ago are forgotten; present and recent ones stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AuthSession, User
from accounts.services.cleaning import forget_old_sign_ins
from core import clock

pytestmark = pytest.mark.django_db


def sign_in(user: User, name: str, *, expires: int, revoked: int | None = None) -> None:
    """Make a sign-in that runs out and was ended so many days from now (negative: ago)."""
    now = clock.now()
    AuthSession.objects.create(
        user=user,
        refresh_hash=name,
        expires_at=now + timedelta(days=expires),
        revoked_at=None if revoked is None else now + timedelta(days=revoked),
    )


def test_only_what_ended_a_month_ago_is_forgotten(alice: User) -> None:
    sign_in(alice, "open", expires=10)
    sign_in(alice, "ran out lately", expires=-3)
    sign_in(alice, "ended lately", expires=10, revoked=-3)
    sign_in(alice, "ran out long ago", expires=-31)
    sign_in(alice, "ended long ago", expires=10, revoked=-31)
    forget_old_sign_ins()
    left = set(AuthSession.objects.values_list("refresh_hash", flat=True))
    assert left == {"open", "ran out lately", "ended lately"}
