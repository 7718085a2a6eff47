"""Rules, what they hold back, and pauses, tried by everybody over REST: who may, and that others change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from moderation.models import HeldMessage, Rule
from moderation.services.rules import keep_rule
from tests.clients import Api
from tests.conftest import Published
from tests.moderation.personas import MEMBERS, NOBODY, OK, PERSONAS, STAFF_SEE, STRANGER, Cast, told_over_rest
from tests.order import everything

pytestmark = pytest.mark.django_db(transaction=True)
# Whose message is held back is for those to see who decide about it.
DECIDERS = (STRANGER, NOBODY, NOBODY, OK, OK, OK, OK)
NEW = {"name": "Again", "kind": "repeats", "action": "block"}


@dataclass
class Scene(Cast):
    rule: int
    held: int


@pytest.fixture
def scene(cast: Cast) -> Scene:
    words = Rule(name="Look first", kind="words", parameters='{"words": ["maybe"]}', action="hold", enabled=True)
    rule = keep_rule(actor=cast.somebody("site moderator"), rule=words)
    key = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"
    Api(cast.bob).post(f"/rooms/{cast.room.pk}/messages", {"client_id": key, "text": "maybe"})
    return Scene(cast.people, cast.bob, cast.room, rule.pk, HeldMessage.objects.get().pk)


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
    told = told_over_rest(act(scene, Api(scene.people[persona])))
    assert told == expected[PERSONAS.index(persona)]
    if told != OK:
        assert everything() == before
        assert len(published) == heard
