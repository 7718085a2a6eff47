"""What passwords must be, and changing them."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import AuthSession, User
from accounts.services.sessions import end_all, end_others
from core.audit import Action, record
from core.db import atomic, retried
from core.errors import Invalid
from core.limits import Limit, spend

CHANGES = Limit("password", times=5, seconds=900, guard=True)


def require_good_password(password: str, person: User, *, field: str) -> None:
    """Raise `Invalid` with every reason why this is no password for this person."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(fields={field: error.messages}, message=f"{field}: {error.messages[0]}") from None


@retried
def change_password(*, actor: User, session: AuthSession, current_password: str, new_password: str) -> None:
    """Change one's password; all other sign-ins end."""
    spend(CHANGES, actor.pk)
    if not check_password(current_password, actor.password):
        raise _wrong()
    require_good_password(new_password, actor, field="new_password")
    hashed = make_password(new_password)
    with atomic():
        if not User.objects.filter(pk=actor.pk, password=actor.password).update(password=hashed):
            raise _wrong()  # it was changed elsewhere meanwhile
        end_others(actor=actor, session=session)
        if actor.is_staff:
            record_password(actor_id=actor.pk, user_id=actor.pk)
    actor.password = hashed


@retried
def reset_password(*, user: User, new_password: str | None) -> None:
    """Give somebody a new password, or none to sign in by, as administrators may; all their sign-ins end."""
    user.set_password(new_password)
    with atomic():
        User.objects.filter(pk=user.pk).update(password=user.password)
        end_all(user=user)


def record_password(*, actor_id: int, user_id: int) -> None:
    """Record in the caller's transaction that somebody's password was changed."""
    record(Action.PASSWORD_CHANGED, actor_id=actor_id, target="person", target_id=user_id, subject_id=user_id)


def _wrong() -> Invalid:
    reason = "This is not your current password."
    return Invalid(fields={"current_password": [reason]}, message=reason)
