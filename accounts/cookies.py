"""The refresh token of browsers: in a cookie that scripts cannot read and that goes nowhere but to `auth/`."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request

from core.errors import Forbidden, Unauthenticated

NAME = "chatflow_refresh"
PATH = "/api/v1/auth/"


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


def take_back_refresh(response: HttpResponseBase) -> None:
    response.delete_cookie(NAME, path=PATH, samesite="Strict")


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
