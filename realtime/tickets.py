"""A ticket opens one socket once, within 30 seconds: so no credential is ever in a URL or in a frame that can be replayed."""

from __future__ import annotations

import secrets

from django.core import signing
from django.core.cache import cache
from redis.exceptions import RedisError

from core.errors import Unauthenticated

LIFETIME = 30  # seconds
_signer = signing.TimestampSigner(salt="chatflow.socket")


def issue(session_id: int, user_id: int) -> str:
    """Return a ticket for this sign-in of this person."""
    return _signer.sign(f"{session_id}.{user_id}.{secrets.token_urlsafe(16)}")


def redeem(ticket: str) -> tuple[int, int]:
    """Return the sign-in and the person that the ticket stands for.

    Raises `auth.ticket` if it is unknown, too old or used before.
    """
    try:
        text = _signer.unsign(ticket, max_age=LIFETIME)
    except signing.BadSignature:
        raise Unauthenticated("auth.ticket") from None
    session_id, user_id, nonce = text.split(".")
    try:
        first = cache.add(f"ticket:{nonce}", 1, timeout=2 * LIFETIME)
    except RedisError:  # the signature and the age still hold; only another process could see it a second time
        first = True
    if not first:
        raise Unauthenticated("auth.ticket")
    return int(session_id), int(user_id)
