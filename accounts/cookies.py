"""What browsers keep for us where scripts cannot read it: the refresh token, which goes nowhere but to `auth/`, and a pass
for files, which goes nowhere but to `/files/`, because an `<img>` cannot send a token.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpResponseBase
from rest_framework.request import Request

from accounts.models import AuthSession
from core.errors import Forbidden, Unauthenticated

NAME = "chatflow_refresh"
PATH = "/api/v1/auth/"
FILES_NAME = "chatflow_files"
FILES_PATH = "/files/"
FILES_SALT = "accounts.cookies.files"


def give_refresh(response: HttpResponseBase, refresh: str) -> None:
    response.set_cookie(
        NAME,
        refresh,
        max_age=settings.REFRESH_IDLE_LIFETIME,
        path=PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def give_files_pass(response: HttpResponseBase, session: AuthSession) -> None:
    """Let this browser look at files for as long as the sign-in lasts; every use asks whether it still does."""
    response.set_cookie(
        FILES_NAME,
        signing.dumps([session.pk, session.user_id], salt=FILES_SALT),
        max_age=settings.REFRESH_IDLE_LIFETIME,
        path=FILES_PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def files_pass_in(request: Request) -> tuple[int, int] | None:
    """Return the sign-in and the person of the pass, if there is one of ours."""
    try:
        session_id, user_id = signing.loads(request.COOKIES.get(FILES_NAME, ""), salt=FILES_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(session_id), int(user_id)


def take_back(response: HttpResponseBase) -> None:
    """Have the browser forget both."""
    response.delete_cookie(NAME, path=PATH, samesite="Strict")
    response.delete_cookie(FILES_NAME, path=FILES_PATH, samesite="Strict")


def refresh_in(request: Request) -> str:
    """Return the token in the cookie, if the site's own page sent it: no other can add a header to such a request."""
    if request.headers.get("X-ChatFlow") != "1" or not _is_ours(request):
        raise Forbidden("csrf")
    refresh = request.COOKIES.get(NAME, "")
    if not refresh:
        raise Unauthenticated("auth.required")
    return refresh


def _is_ours(request: Request) -> bool:
    origin = request.headers.get("Origin")
    return origin is None or origin in settings.TRUSTED_ORIGINS or urlsplit(origin).netloc == request.get_host()
