"""Who is calling: access tokens for the API, and the password check behind the Django admin's own sign-in."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.cookies import files_pass_in
from accounts.models import AuthSession, User
from accounts.services.remembered import remembered_sessions
from accounts.services.sign_in import enter_admin
from accounts.tokens import read_access
from core.api import address
from core.errors import AppError


class SessionTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`; `request.auth` is the sign-in. A token is worth what its sign-in is."""

    def authenticate(self, request: Request) -> tuple[User, AuthSession] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        claims = read_access(token.strip())
        session, user = remembered_sessions.of(claims.session_id, claims.user_id)
        return copy(user), session  # a service may change its actor; what is remembered stays as it was read

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class FilesPassAuthentication(BaseAuthentication):
    """The pass for files in its cookie. Only for what is read: no page of another site can make it do anything."""

    def authenticate(self, request: Request) -> tuple[User, AuthSession] | None:
        found = files_pass_in(request)
        if found is None:
            return None
        session, user = remembered_sessions.of(*found)
        return copy(user), session


class AdminSignIn(ModelBackend):
    """The admin's sign-in form, with the limits and the even answers of the API's."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or not password:
            return None
        try:
            return enter_admin(login=username, password=password, ip=address(request) if request else "")
        except AppError:
            raise PermissionDenied from None

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, User) and user.may_sign_in
