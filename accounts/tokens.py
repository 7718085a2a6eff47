"""What a signed-in person carries: short access tokens (JWT), and refresh tokens that rotate.

A refresh token is `<session id>.<secret>.<seal>`. The seal shows that we made it, so that an old one that comes back is
told apart from an invented one. The next secret is derived from the one before it: two tabs that refresh with the same
token get the same new one, and it does not matter whose cookie lands last or whether an answer was lost on its way.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import AuthSession
from core.errors import Unauthenticated

APPEAL = "chatflow.appeal"
MOST_REMEMBERED = 5_000  # tokens
LEEWAY = timedelta(seconds=cast(float, settings.SIMPLE_JWT["LEEWAY"]))


@dataclass(frozen=True)
class AccessClaims:
    user_id: int
    session_id: int
    expires_at: datetime


def issue_access(session: AuthSession) -> str:
    token = AccessToken()
    token["sub"], token["sid"] = str(session.user_id), str(session.pk)
    return str(token)


def read_access(token: str) -> AccessClaims:
    """Return what the token says. Its session may have ended all the same: ask `live_session`."""
    claims = _verified(token)
    if claims.expires_at + LEEWAY <= timezone.now():
        raise Unauthenticated("auth.expired")
    return claims


@lru_cache(maxsize=MOST_REMEMBERED)
def _verified(token: str) -> AccessClaims:
    """What a token says never changes: only its end has to be looked at again. Worth: see docs/performance.md."""
    try:
        claims = AccessToken(cast(Any, token))  # its annotation is wrong: it takes the text
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        return AccessClaims(int(claims["sub"]), int(claims["sid"]), expires_at)
    except ExpiredTokenError:
        raise Unauthenticated("auth.expired") from None
    except (TokenError, KeyError, ValueError, TypeError, OverflowError):
        raise Unauthenticated("auth.invalid") from None


def first_refresh(session_id: int) -> str:
    return _sealed(session_id, secrets.token_hex(32))


def next_refresh(token: str) -> str:
    session_id, secret, _ = token.split(".")
    return _sealed(int(session_id), _hmac("next", secret))


def session_of(refresh: str) -> int:
    """Return the id of the session a refresh token was made for; raise `auth.invalid` if we did not make it."""
    session_id, _, rest = refresh.partition(".")
    secret, _, seal = rest.partition(".")
    if not constant_time_compare(seal, _hmac("seal", f"{session_id}.{secret}")):
        raise Unauthenticated("auth.invalid")
    return int(session_id)


def refresh_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_appeal(user_id: int) -> str:
    """Return what a suspended person, who cannot sign in, appeals with."""
    return signing.dumps(user_id, key=settings.JWT_KEY, salt=APPEAL)


def read_appeal(token: str) -> int:
    """Return whose token it is; raise `auth.invalid` for one we did not give out or that is older than an hour."""
    try:
        return int(signing.loads(token, key=settings.JWT_KEY, salt=APPEAL, max_age=3600))
    except signing.BadSignature:
        raise Unauthenticated("auth.invalid") from None


def _sealed(session_id: int, secret: str) -> str:
    text = f"{session_id}.{secret}"
    return f"{text}.{_hmac('seal', text)}"


def _hmac(purpose: str, text: str) -> str:
    return salted_hmac(f"chatflow.refresh.{purpose}", text, secret=settings.JWT_KEY, algorithm="sha256").hexdigest()
