"""What is one's own (blocks, decisions about oneself, a copy of one's data, an account's end), tried by everybody.

Whoever has signed in may, for themselves alone: nothing of bob's is shown or changed by anybody else, and nobody but the
person who acts hears of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import Block, User
from core.errors import AppError
from moderation.models import Appeal, Sanction
from moderation.services.appeals import appeal
from moderation.services.listing import mark_seen
from privacy.models import Deletion, Export
from privacy.services.deleting import delete_own_account
from privacy.services.exporting import ask_export, own_export
from rooms.services.blocking import block_person, unblock_person
from tests.clients import Api
from tests.conftest import Published
from tests.factories import PASSWORD
from tests.jobs import Jobs
from tests.moderation.deciding import sanction
from tests.moderation.personas import NOBODY, OK, PERSONAS, STRANGER, Cast, told_over_rest
from tests.order import everything

pytestmark = pytest.mark.django_db(transaction=True)
ANYBODY = (STRANGER, *[OK] * 6)
THE_OWNER = (STRANGER, *[NOBODY] * 6)  # bob is none of the seven
WRONG = (STRANGER, *["invalid"] * 6)


@dataclass
class Scene(Cast):
    warning: int
    blocked: User


@pytest.fixture
def scene(cast: Cast, jobs: Jobs) -> Scene:
    """Return everybody, and bob, who has been warned, has blocked somebody and has a copy of his data."""
    warning = sanction(cast.somebody("site moderator"), cast.bob, "warning").pk
    blocked = cast.somebody("member")
    block_person(actor=cast.bob, user_id=blocked.pk)
    ask_export(actor=cast.bob)
    jobs.run()
    return Scene(cast.people, cast.bob, cast.room, warning, blocked)


Service = Callable[[Scene, User], object]
Rest = Callable[[Scene, Api], Any]
ROWS: dict[str, tuple[tuple[str, ...], Service | None, Rest]] = {
    "list one's blocks": (ANYBODY, None, lambda s, api: api.get("/me/blocks")),
    "block": (
        ANYBODY,
        lambda s, a: block_person(actor=a, user_id=s.bob.pk),
        lambda s, api: api.put(f"/me/blocks/{s.bob.pk}"),
    ),
    "take somebody else's block back": (
        ANYBODY,  # their own, which is not there: that is fine, and bob's stays
        lambda s, a: unblock_person(actor=a, user_id=s.blocked.pk),
        lambda s, api: api.delete(f"/me/blocks/{s.blocked.pk}"),
    ),
    "list decisions about oneself": (ANYBODY, None, lambda s, api: api.get("/me/sanctions")),
    "say that a decision was seen": (
        THE_OWNER,
        lambda s, a: mark_seen(actor=a, sanction_id=s.warning),
        lambda s, api: api.put(f"/me/sanctions/{s.warning}/seen"),
    ),
    "appeal against it": (
        THE_OWNER,
        lambda s, a: appeal(actor=a, sanction_id=s.warning, text="Please"),
        lambda s, api: api.put(f"/me/sanctions/{s.warning}/appeal", {"text": "Please"}),
    ),
    "look at one's copy": (ANYBODY, lambda s, a: own_export(actor=a), lambda s, api: api.get("/me/export")),
    "ask for a copy": (ANYBODY, lambda s, a: ask_export(actor=a), lambda s, api: api.post("/me/export")),
    "delete the account by a wrong password": (
        WRONG,
        lambda s, a: delete_own_account(actor=a, password="not mine", messages="keep"),
        lambda s, api: api.delete("/me/account", {"password": "not mine", "messages": "keep"}),
    ),
    "delete the account": (
        (STRANGER, *[OK] * 5, "user.last_admin"),
        lambda s, a: delete_own_account(actor=a, password=PASSWORD, messages="delete"),
        lambda s, api: api.delete("/me/account", {"password": PASSWORD, "messages": "delete"}),
    ),
}


def by_service(action: str, scene: Scene, person: User | None) -> str:
    service = ROWS[action][1]
    assert service is not None and person is not None
    try:
        service(scene, person)
    except AppError as refused:
        return refused.code
    return OK


def by_rest(action: str, scene: Scene, person: User | None) -> str:
    answer = ROWS[action][2](scene, Api(person))
    told = answer.content.decode()
    assert str(scene.warning) not in told
    assert "exports/" not in told
    return told_over_rest(answer)


DOORS = {"service": by_service, "rest": by_rest}
TRIED = [
    (action, persona, door)
    for action, row in ROWS.items()
    for persona in PERSONAS
    for door in DOORS
    if door == "rest" or (row[1] is not None and persona != "anonymous")
]


def of_bob(scene: Scene) -> list[Any]:
    """Return everything that is bob's own."""
    mine: dict[Any, str] = {
        Block: "blocker_id",
        Sanction: "user_id",
        Appeal: "user_id",
        Export: "user_id",
        Deletion: "user_id",
        User: "pk",
    }
    return [list(table.objects.filter(**{owner: scene.bob.pk}).values()) for table, owner in mine.items()]


@pytest.mark.parametrize(("action", "persona", "door"), TRIED)
def test_it_concerns_only_whoever_does_it(
    action: str, persona: str, door: str, scene: Scene, published: Published
) -> None:
    person, expected = scene.people[persona], ROWS[action][0][PERSONAS.index(persona)]
    before, mine = everything(), of_bob(scene)
    assert DOORS[door](action, scene, person) == expected
    assert of_bob(scene) == mine
    if expected != OK:
        assert (everything(), published) == (before, [])
    elif action != "delete the account":  # the others see the person go
        assert {envelope.topic for envelope in published} <= {f"user.{scene.somebody(persona).pk}"}


def test_bob_himself_is_shown_what_the_others_are_not(scene: Scene) -> None:
    api = Api(scene.bob)
    assert [one["id"] for one in api.get("/me/blocks").json()["results"]] == [str(scene.blocked.pk)]
    assert [one["id"] for one in api.get("/me/sanctions").json()["results"]] == [str(scene.warning)]
    assert api.get("/me/export").json()["state"] == "ready"
    assert told_over_rest(api.put(f"/me/sanctions/{scene.warning}/seen")) == OK
    assert told_over_rest(api.put(f"/me/sanctions/{scene.warning}/appeal", {"text": "Please"})) == OK
