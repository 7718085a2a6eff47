"""What accounts take and give on the wire (docs/protocol.md, Objects and REST)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from accounts.models import AuthSession, User
from core.clock import iso, iso_or_none
from core.wire import In, Limit, Out

# Bounds on what is read at all; accounts.names has the rules.
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Email = Annotated[str, Meta(min_length=3, max_length=254)]
Password = Annotated[str, Meta(min_length=1, max_length=128)]
Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")]
# "native": no cookie, the refresh token is in the body.
ClientKind = Literal["web", "native"]


class RegisterIn(In):
    username: Name
    email: Email
    password: Password
    display_name: Name | UnsetType = UNSET
    client: ClientKind = "web"


class SignInIn(In):
    login: Annotated[str, Meta(min_length=1, max_length=254)]
    password: Password
    client: ClientKind = "web"


class RefreshIn(In):
    refresh: Annotated[str, Meta(max_length=300)] | UnsetType = UNSET


class ChangePasswordIn(In):
    current_password: Password
    new_password: Password


class ProfileIn(In):
    display_name: Name | UnsetType = UNSET
    avatar_color: Color | UnsetType = UNSET
    status_text: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    username: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET


class PeopleIn(In):
    q: Annotated[str, Meta(max_length=64)] = ""
    cursor: Annotated[str, Meta(max_length=400)] = ""
    limit: Limit = 50


class UserOut(Out):
    id: str
    username: str
    display_name: str
    avatar_color: str
    avatar: str | None
    status_text: str
    role: str


class MeOut(UserOut):
    email: str
    suspended_at: str | None
    created_at: str


class SignedInOut(Out):
    access: str
    expires_in: int
    session_id: str
    user: MeOut
    refresh: str | UnsetType = UNSET


class SetupOut(Out):
    needed: bool


class SessionOut(Out):
    id: str
    created_at: str
    last_used_at: str
    ip: str
    device: str
    current: bool


class SessionsOut(Out):
    results: list[SessionOut]


class BlocksOut(Out):
    results: list[UserOut]


class PeopleOut(Out):
    results: list[UserOut]
    next: str | None


def user_out(user: User) -> UserOut:
    return UserOut(
        id=str(user.pk),
        username=user.username,
        display_name=user.display_name,
        avatar_color=user.avatar_color,
        avatar=user.avatar or None,
        status_text=user.status_text,
        role=user.role,
    )


def me_out(user: User) -> MeOut:
    return MeOut(
        id=str(user.pk),
        username=user.username,
        display_name=user.display_name,
        avatar_color=user.avatar_color,
        avatar=user.avatar or None,
        status_text=user.status_text,
        role=user.role,
        email=user.email,
        suspended_at=iso_or_none(user.suspended_at),
        created_at=iso(user.created_at),
    )


def session_out(session: AuthSession, current: AuthSession) -> SessionOut:
    return SessionOut(
        id=str(session.pk),
        created_at=iso(session.created_at),
        last_used_at=iso(session.last_used_at),
        ip=session.ip,
        device=session.device,
        current=session.pk == current.pk,
    )
