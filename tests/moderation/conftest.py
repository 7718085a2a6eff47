"""Moderation is tried over sockets, too, and by everybody there is."""

from __future__ import annotations

import pytest

from accounts.models import User
from rooms.services.members import change_role
from tests.factories import make_room, make_user
from tests.moderation.personas import PERSONAS, Cast
from tests.realtime.conftest import connect, hub

__all__ = ["cast", "connect", "hub"]


@pytest.fixture
def cast(alice: User, bob: User, carol: User, mod: User, admin: User) -> Cast:
    """Return everybody. The site's moderator and administrator are in the room, too; carol is outside."""
    deputy, member = make_user("deputy"), make_user("member")
    room = make_room(alice, bob, mod, admin, deputy, member, name="Secret")
    change_role(actor=alice, room_id=room.pk, user_id=deputy.pk, role="moderator")
    people = dict(zip(PERSONAS, (None, carol, member, deputy, alice, mod, admin), strict=True))
    return Cast(people, bob, room)
