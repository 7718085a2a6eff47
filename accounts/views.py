"""The REST door to accounts: parse, act, render."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from django.conf import settings
from drf_spectacular.utils import extend_schema
from msgspec import UNSET
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.cookies import give_files_pass, give_refresh, refresh_in, take_back
from accounts.models import AuthSession, User
from accounts.serializers import (
    ChangePasswordIn,
    ClientKind,
    MeOut,
    PeopleIn,
    PeopleOut,
    ProfileIn,
    RefreshIn,
    RegisterIn,
    SessionsOut,
    SetupOut,
    SignedInOut,
    SignInIn,
    UserOut,
    me_out,
    session_out,
    user_out,
)
from accounts.services import passwords, people, profile, registration, sessions, setup, sign_in
from accounts.services.sessions import SignedIn
from core.api import actor, address, body, key, parameters, query


class Open(APIView):
    """For people without an access token: one that has expired must not keep them from getting another."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class Setup(Open):
    @extend_schema(responses=SetupOut)
    def get(self, request: Request) -> Response:
        """Tell whether this site still waits for its first administrator."""
        return Response(SetupOut(needed=setup.setup_needed()))

    @extend_schema(request=RegisterIn, responses=SignedInOut)
    def post(self, request: Request) -> Response:
        """Make the first administrator, once."""
        wanted = body(RegisterIn, request)
        return _begin(request, setup.set_up(**_account(wanted)), wanted.client)


class Register(Open):
    @extend_schema(request=RegisterIn, responses={201: SignedInOut})
    def post(self, request: Request) -> Response:
        wanted = body(RegisterIn, request)
        user = registration.register(**_account(wanted), ip=address(request))
        return _begin(request, user, wanted.client, status=201)


class SignIn(Open):
    @extend_schema(request=SignInIn, responses=SignedInOut)
    def post(self, request: Request) -> Response:
        given = body(SignInIn, request)
        signed_in = sign_in.sign_in(
            login=given.login, password=given.password, ip=address(request), device=_device(request)
        )
        return _signed_in(signed_in, given.client)


class Refresh(Open):
    @extend_schema(request=RefreshIn, responses=SignedInOut)
    def post(self, request: Request) -> Response:
        """Get a new access token; the refresh token rotates. With the cookie goes the header `X-ChatFlow: 1`."""
        given = body(RefreshIn, request)
        token, client = (refresh_in(request), "web") if given.refresh is UNSET else (given.refresh, "native")
        return _signed_in(sessions.rotate(refresh=token, ip=address(request)), client)


class SignOut(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        sessions.end_session(user_id=actor(request).pk, session_id=_current(request).pk)
        return _signed_out()


class SignOutEverywhere(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        sessions.end_all(user=actor(request))
        return _signed_out()


class Sessions(APIView):
    @extend_schema(responses=SessionsOut)
    def get(self, request: Request) -> Response:
        alive = sessions.list_sessions(actor=actor(request))
        return Response(SessionsOut(results=[session_out(session, _current(request)) for session in alive]))


class OneSession(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: str) -> Response:
        sessions.end_session(user_id=actor(request).pk, session_id=key(session_id))
        return Response(status=204)


class Password(APIView):
    @extend_schema(request=ChangePasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change one's password. All other sign-ins end."""
        given = body(ChangePasswordIn, request)
        passwords.change_password(actor=actor(request), session=_current(request), **msgspec.structs.asdict(given))
        return Response(status=204)


class Me(APIView):
    """One's own profile. `rooms_of` and `muted_in_room` are composed in config: rooms are known above this app."""

    rooms_of: Callable[[int], Sequence[int]] = staticmethod(lambda user_id: ())
    muted_in_room: Callable[[int], datetime | None] = staticmethod(lambda user_id: None)

    @extend_schema(responses=MeOut)
    def get(self, request: Request) -> Response:
        return Response(me_out(actor(request)))

    @extend_schema(request=ProfileIn, responses=MeOut)
    def patch(self, request: Request) -> Response:
        wanted = msgspec.structs.asdict(body(ProfileIn, request))
        changes = {field: value for field, value in wanted.items() if value is not UNSET}
        user = actor(request)
        rooms, muted = self.rooms_of(user.pk), self.muted_in_room(user.pk)
        return Response(me_out(profile.update_profile(actor=user, rooms=rooms, muted_until=muted, **changes)))


class People(APIView):
    @extend_schema(parameters=parameters(PeopleIn), responses=PeopleOut)
    def get(self, request: Request) -> Response:
        """List the people of this site; `q` is the beginning of a username or a part of a display name."""
        asked = query(PeopleIn, request)
        page = people.find_people(actor=actor(request), q=asked.q, cursor=asked.cursor, limit=asked.limit)
        return Response(PeopleOut(results=[user_out(user) for user in page.found], next=page.cursor))


class Person(APIView):
    @extend_schema(responses=UserOut)
    def get(self, request: Request, user_id: str) -> Response:
        return Response(user_out(people.person(user_id=key(user_id))))


def _current(request: Request) -> AuthSession:
    return cast(AuthSession, request.auth)


def _account(wanted: RegisterIn) -> dict[str, Any]:
    return {
        "username": wanted.username,
        "email": wanted.email,
        "password": wanted.password,
        "display_name": "" if wanted.display_name is UNSET else wanted.display_name,
    }


def _device(request: Request) -> str:
    return request.headers.get("User-Agent", "")


def _begin(request: Request, user: User, client: ClientKind, *, status: int = 200) -> Response:
    signed_in = sessions.open_session(user=user, ip=address(request), device=_device(request))
    return _signed_in(signed_in, client, status=status)


def _signed_in(signed_in: SignedIn, client: str, *, status: int = 200) -> Response:
    is_native = client == "native"
    answer = SignedInOut(
        access=signed_in.access,
        expires_in=int(settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
        session_id=str(signed_in.session.pk),
        user=me_out(signed_in.user),
        refresh=signed_in.refresh if is_native else UNSET,
    )
    response = Response(answer, status=status)
    if not is_native:
        give_refresh(response, signed_in.refresh)
        give_files_pass(response, signed_in.session)
    return response


def _signed_out() -> Response:
    response = Response(status=204)
    take_back(response)
    return response
