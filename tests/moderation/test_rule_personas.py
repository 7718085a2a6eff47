"""Rules, what they hold back, and pauses, tried by everybody over REST: who may, and that others change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import User
from moderation.models import HeldMessage, Rule
from moderation.services.rules import keep_rule
from rooms.models import Room
from rooms.services.members import add_member, change_role
from rooms.services.rooms import create_room
from tests.clients import Api
from tests.conftest import Published
from tests.factories import make_user
from tests.moderation.test_personas import MEMBERS, NOBODY, OK, PERSONAS, STAFF_SEE, STRANGER
from tests.order import everything

pytestmark = pytest.mark.django_db(transaction=True)
# Whose message is held back is for those to see who decide about it.
DECIDERS = (STRANGER, NOBODY, NOBODY, OK, OK, OK, OK)
NEW = {"name": "Again", "kind": "repeats", "action": "block"}


@dataclass
class Scene:
    people: dict[str, User | None]
    room: Room
    rule: int
    held: int


@pytest.fixture
def scene(alice: User, bob: User, carol: User, mod: User, admin: User) -> Scene:
    room = create_room(actor=alice, kind="private", name="Secret").room
    deputy, member = make_user("deputy"), make_user("member")
    for person in (bob, mod, admin, deputy, member):
        add_member(actor=alice, room_id=room.pk, user_id=person.pk)
    change_role(actor=alice, room_id=room.pk, user_id=deputy.pk, role="moderator")
    words = Rule(name="Look first", kind="words", parameters='{"words": ["maybe"]}', action="hold", enabled=True)
    rule = keep_rule(actor=mod, rule=words)
    key = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"
    Api(bob).post(f"/rooms/{room.pk}/messages", {"client_id": key, "text": "maybe"})
    people = dict(zip(PERSONAS, (None, carol, member, deputy, alice, mod, admin), strict=True))
    return Scene(people, room, rule.pk, HeldMessage.objects.get().pk)


Act = Callable[[Scene, Api], Any]
ROWS: dict[str, tuple[tuple[str, ...], Act]] = {
    "list the rules": (STAFF_SEE, lambda s, api: api.get("/rules")),
    "make a rule": (STAFF_SEE, lambda s, api: api.post("/rules", NEW)),
    "read a rule": (STAFF_SEE, lambda s, api: api.get(f"/rules/{s.rule}")),
    "switch a rule off": (STAFF_SEE, lambda s, api: api.patch(f"/rules/{s.rule}", {"enabled": False})),
    "delete a rule": (STAFF_SEE, lambda s, api: api.delete(f"/rules/{s.rule}")),
    "try a rule": (STAFF_SEE, lambda s, api: api.put(f"/rules/{s.rule}/trial")),
    "list what is held": (STAFF_SEE, lambda s, api: api.get("/held")),
    # Members see their own: that it waits.
    "list what is held in the room": (MEMBERS, lambda s, api: api.get(f"/rooms/{s.room.pk}/held")),
    "release": (DECIDERS, lambda s, api: api.put(f"/held/{s.held}", {"decision": "release"})),
    "refuse": (DECIDERS, lambda s, api: api.put(f"/held/{s.held}", {"decision": "refuse"})),
    "read the pauses": (STAFF_SEE, lambda s, api: api.get("/pauses")),
    "pause links": (STAFF_SEE, lambda s, api: api.put("/pauses/links", {"hours": 1})),
    "end a pause": (STAFF_SEE, lambda s, api: api.delete("/pauses/links")),
}


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("action", ROWS)
def test_who_may_and_what_others_are_told(action: str, persona: str, scene: Scene, published: Published) -> None:
    expected, act = ROWS[action]
    before, heard = everything(), len(published)
    answer = act(scene, Api(scene.people[persona]))
    told = OK if answer.status_code < 300 else str(answer.json()["error"]["code"])
    assert told == expected[PERSONAS.index(persona)]
    if told != OK:
        assert everything() == before
        assert len(published) == heard
