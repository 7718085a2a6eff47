"""Closing an account for good: nobody signs in by it again, and what it told of the person is gone."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts.events import user_updated
from accounts.models import FormerName, Role, User
from accounts.names import email_key, username_key
from accounts.services.sessions import end_all
from accounts.services.stamping import person_changed
from core.errors import Forbidden
from core.events import publish, user_topic

DELETED_PERSON = "Deleted person"


def close_account(*, user: User, keeps_name: bool, rooms: Sequence[int] = ()) -> None:
    """Close it, in the caller's transaction. Everybody in `rooms` hears what is left of the person.

    Raises `Forbidden` (`user.last_admin`) for the last administrator. Twice is fine.
    """
    _require_another_admin(user)
    FormerName.objects.get_or_create(digest=digest_of(user.username_key))
    user.is_active, user.role, user.status_text, user.avatar = False, Role.USER, "", ""
    user.password = make_password(None)
    user.email = f"{user.pk}@deleted.invalid"
    user.email_key = email_key(user.email)
    if not keeps_name:
        user.display_name, user.username, user.avatar_color = DELETED_PERSON, f"deleted-{user.pk}", "#8a8580"
        user.username_key = username_key(user.username)
    user.save()
    person_changed(user.pk, seen=True)
    end_all(user=user)
    publish(user_topic(user.pk), user_updated(user), rooms=rooms)


def _require_another_admin(user: User) -> None:
    """Of the last two who go at once one stays: both write the other's row, so the second one sees the first."""
    if user.role == Role.ADMIN and not _other_admins(user).update(role=Role.ADMIN):
        raise Forbidden("user.last_admin")


def is_last_admin(user: User) -> bool:
    return user.role == Role.ADMIN and not _other_admins(user).exists()


def _other_admins(user: User) -> QuerySet[User]:
    return User.objects.filter(role=Role.ADMIN, is_active=True, suspended_at=None).exclude(pk=user.pk)


def digest_of(key: str) -> str:
    """Return what is kept of a name that nobody may have again: not the name."""
    return salted_hmac("accounts.former_name", key, algorithm="sha256").hexdigest()


def is_former(key: str) -> bool:
    return FormerName.objects.filter(digest=digest_of(key)).exists()
