"""The events of accounts (docs/protocol.md, Events)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from accounts.models import User
from accounts.serializers import UserOut, user_out


class UserUpdated(TypedDict):
    """Somebody's name, color, status or role changed. To people who share a room, and to their own clients."""

    type: Literal["user.updated"]
    user: UserOut


class SessionRevoked(TypedDict):
    """A sign-in has ended. To its own sockets, which are closed with 4401."""

    type: Literal["session.revoked"]


class BlocksUpdated(TypedDict):
    """Whom somebody has blocked, all of them. To their own clients."""

    type: Literal["blocks.updated"]
    user_ids: list[str]


def user_updated(user: User) -> UserUpdated:
    return {"type": "user.updated", "user": user_out(user)}


def blocks_updated(user_ids: Sequence[int]) -> BlocksUpdated:
    return {"type": "blocks.updated", "user_ids": [str(user_id) for user_id in user_ids]}


def session_revoked() -> SessionRevoked:
    return {"type": "session.revoked"}
