"""Moderation is tried over sockets, too, and by everybody there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import User
from moderation.models import Rule
from moderation.services.rules import keep_rule
from rooms.services.members import change_role
from tests.factories import make_room, make_user
from tests.moderation.deciding import NOW, Make
from tests.moderation.personas import PERSONAS, Cast
from tests.realtime.conftest import connect, hub

__all__ = ["cast", "connect", "hub", "make"]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop all clocks at `NOW`."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def cast(alice: User, bob: User, carol: User, mod: User, admin: User) -> Cast:
    """Return everybody. The site's moderator and administrator are in the room, too; carol is outside."""
    deputy, member = make_user("deputy"), make_user("member")
    room = make_room(alice, bob, mod, admin, deputy, member, name="Secret")
    change_role(actor=alice, room_id=room.pk, user_id=deputy.pk, role="moderator")
    people = dict(zip(PERSONAS, (None, carol, member, deputy, alice, mod, admin), strict=True))
    return Cast(people, bob, room)


@pytest.fixture
def make(mod: User) -> Make:
    """Return a function that switches a rule on."""

    def make(
        kind: str = "words", parameters: str = '{"words": ["forbidden"]}', action: str = "block", **fields: Any
    ) -> Rule:
        usual: dict[str, Any] = {"name": f"No {kind}", "enabled": True}
        rule = Rule(kind=kind, parameters=parameters, action=action, **(usual | fields))
        return keep_rule(actor=mod, rule=rule)

    return make
