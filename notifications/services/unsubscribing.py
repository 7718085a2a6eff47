"""The end of letters, by a link that needs no sign-in: it is signed, says who and does nothing else."""

from __future__ import annotations

from django.core import signing

from accounts.models import User
from core.db import at_most_one
from core.errors import NotFound
from notifications.services.preferences import change_preferences

_signer = signing.Signer(salt="chatflow.unsubscribe")


def unsubscribe_token(user_id: int) -> str:
    """Return what stands for the person in the link. It does not run out: a letter may be old."""
    return _signer.sign(str(user_id))


def reader_of(token: str) -> User:
    """Return whose link it is; raise `NotFound` for an invented one."""
    try:
        user = at_most_one(User.objects.filter(pk=int(_signer.unsign(token))))
    except (signing.BadSignature, ValueError):
        user = None
    if user is None:
        raise NotFound()
    return user


def unsubscribe(*, token: str) -> User:
    """Send no more letters to whom the link was sent. Doing it twice is fine."""
    user = reader_of(token)
    change_preferences(actor=user, digest_hours=0)
    return user
