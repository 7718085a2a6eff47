"""Who may see numbers: administrators. To everybody else there are none."""

from __future__ import annotations

from accounts.models import User
from core.errors import NotFound


def require_administrator(person: User) -> None:
    """Raise `NotFound` for whoever is not an administrator, moderators included: numbers are not needed to moderate."""
    if not person.is_superuser:
        raise NotFound()
