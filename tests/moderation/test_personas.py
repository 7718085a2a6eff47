"""Every action of moderation, tried by everybody, at every door: who may, and what the others are told.

The room is private and bob is a plain member of it. The site's moderator and administrator are in it, too; what they may from
outside is in test_sanctions.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import User
from core.errors import AppError
from messaging.services.changing import delete_message
from messaging.services.moderating import restore_message
from messaging.services.vault import kept_for
from moderation.services.appeals import appeal, decide_appeal
from moderation.services.cases import add_note, claim_case, close_case, release_case
from moderation.services.desk import remove_reported, restore_reported
from moderation.services.evidence import look_at, queue_of
from moderation.services.lifting import lift
from moderation.services.listing import sanctions_about
from moderation.services.reporting import report_message, report_person
from tests.clients import Api
from tests.conftest import Published
from tests.factories import say
from tests.moderation.deciding import sanction
from tests.moderation.personas import MEMBERS, NOBODY, OK, PERSONAS, STAFF_SEE, STRANGER, Cast, told_over_rest
from tests.order import everything
from tests.realtime.conftest import Connect

pytestmark = pytest.mark.django_db(transaction=True)
LOW, SITE = "room.not_moderator", "forbidden"
MODERATORS = (STRANGER, NOBODY, LOW, OK, OK, OK, OK)
STAFF_ACT = (STRANGER, SITE, SITE, SITE, SITE, OK, OK)
ANYBODY = (STRANGER, *[OK] * 6)


@dataclass
class Scene(Cast):
    said: int
    deleted: int
    muted: int
    muted_on_site: int
    case: int


@pytest.fixture
def scene(cast: Cast) -> Scene:
    people, bob, room = cast.people, cast.bob, cast.room
    alice, member, mod = (cast.somebody(persona) for persona in ("room owner", "member", "site moderator"))
    said, deleted = (int(say(bob, room).id) for _ in range(2))
    delete_message(actor=alice, message_id=deleted)
    muted, muted_on_site = sanction(alice, bob, "warning", room).pk, sanction(mod, bob, "warning").pk
    report_message(actor=member, message_id=deleted, reason="spam")
    appeal(actor=bob, sanction_id=muted_on_site, text="Please")
    (case,) = queue_of(actor=mod).results
    return Scene(people, bob, room, said, deleted, muted, muted_on_site, int(case.id))


Service = Callable[[Scene, Any], object]
Rest = Callable[[Scene, Api], Any]


@dataclass(frozen=True)
class Row:
    """One action: who may (`expected`, a word per persona), by the service and over REST."""

    expected: tuple[str, ...]
    service: Service
    rest: Rest


def decision(kind: str, *, in_room: bool, expected: tuple[str, ...]) -> Row:
    def body(scene: Scene) -> dict[str, Any]:
        lasting = {"minutes": 10} if kind in ("mute", "ban") else {}
        where = {"room_id": str(scene.room.pk)} if in_room else {}
        return {"user_id": str(scene.bob.pk), "kind": kind, "reason": "So"} | lasting | where

    return Row(
        expected,
        lambda scene, actor: sanction(actor, scene.bob, kind, scene.room if in_room else None),
        lambda scene, api: api.post("/sanctions", body(scene)),
    )


ROWS: dict[str, Row] = {
    "report a message": Row(
        MEMBERS,
        lambda s, a: report_message(actor=a, message_id=s.said, reason="spam"),
        lambda s, api: api.post("/reports", {"message_id": str(s.said), "reason": "spam"}),
    ),
    "report a person": Row(
        ANYBODY,
        lambda s, a: report_person(actor=a, user_id=s.bob.pk, reason="spam"),
        lambda s, api: api.post("/reports", {"user_id": str(s.bob.pk), "reason": "spam"}),
    ),
    "warn in the room": decision("warning", in_room=True, expected=MODERATORS),
    "mute in the room": decision("mute", in_room=True, expected=MODERATORS),
    "remove from the room": decision("removal", in_room=True, expected=MODERATORS),
    "ban from the room": decision("ban", in_room=True, expected=MODERATORS),
    "warn on the site": decision("warning", in_room=False, expected=STAFF_ACT),
    "mute on the site": decision("mute", in_room=False, expected=STAFF_ACT),
    "ban from the site": decision("ban", in_room=False, expected=STAFF_ACT),
    "take back in the room": Row(
        # The room's owner decided it: a moderator of the room does not undo that.
        (*MODERATORS[:3], "room.outranked", *MODERATORS[4:]),
        lambda s, a: lift(actor=a, sanction_id=s.muted),
        lambda s, api: api.delete(f"/sanctions/{s.muted}"),
    ),
    "take back on the site": Row(
        STAFF_SEE,
        lambda s, a: lift(actor=a, sanction_id=s.muted_on_site),
        lambda s, api: api.delete(f"/sanctions/{s.muted_on_site}"),
    ),
    "list what was decided in the room": Row(
        MODERATORS,
        lambda s, a: sanctions_about(actor=a, user_id=s.bob.pk, room_id=s.room.pk),
        lambda s, api: api.get("/sanctions", {"user_id": s.bob.pk, "room_id": s.room.pk}),
    ),
    "list what was decided": Row(
        STAFF_SEE,
        lambda s, a: sanctions_about(actor=a, user_id=s.bob.pk),
        lambda s, api: api.get("/sanctions", {"user_id": s.bob.pk}),
    ),
    "delete a message": Row(
        MODERATORS,
        lambda s, a: delete_message(actor=a, message_id=s.said),
        lambda s, api: api.delete(f"/messages/{s.said}"),
    ),
    "restore a message": Row(
        MODERATORS,
        lambda s, a: restore_message(actor=a, message_id=s.deleted),
        lambda s, api: api.delete(f"/messages/{s.deleted}/tombstone"),
    ),
    "see what was deleted": Row(
        MODERATORS,
        lambda s, a: kept_for(actor=a, message_id=s.deleted),
        lambda s, api: api.get(f"/messages/{s.deleted}/tombstone"),
    ),
    "see the queue": Row(STAFF_SEE, lambda s, a: queue_of(actor=a), lambda s, api: api.get("/cases")),
    "see a case": Row(
        STAFF_SEE, lambda s, a: look_at(actor=a, case_id=s.case), lambda s, api: api.get(f"/cases/{s.case}")
    ),
    "claim a case": Row(
        STAFF_SEE,
        lambda s, a: claim_case(actor=a, case_id=s.case),
        lambda s, api: api.put(f"/cases/{s.case}/claim"),
    ),
    "give a case back": Row(
        STAFF_SEE,
        lambda s, a: release_case(actor=a, case_id=s.case),
        lambda s, api: api.delete(f"/cases/{s.case}/claim"),
    ),
    "delete a reported message": Row(
        STAFF_SEE,
        lambda s, a: remove_reported(actor=a, case_id=s.case, message_ids=[s.deleted]),
        lambda s, api: api.delete(f"/cases/{s.case}/messages/{s.deleted}"),
    ),
    "restore a reported message": Row(
        STAFF_SEE,
        lambda s, a: restore_reported(actor=a, case_id=s.case, message_ids=[s.deleted]),
        lambda s, api: api.delete(f"/cases/{s.case}/messages/{s.deleted}/tombstone"),
    ),
    "leave a note": Row(
        STAFF_SEE,
        lambda s, a: add_note(actor=a, case_id=s.case, text="Hm"),
        lambda s, api: api.post(f"/cases/{s.case}/notes", {"text": "Hm"}),
    ),
    "close a case": Row(
        (*STAFF_SEE[:5], "case.unclaimed", "case.unclaimed"),
        lambda s, a: close_case(actor=a, case_id=s.case, outcome="dismissed"),
        lambda s, api: api.put(f"/cases/{s.case}/outcome", {"outcome": "dismissed"}),
    ),
    "answer an appeal": Row(
        STAFF_SEE,
        lambda s, a: decide_appeal(actor=a, sanction_id=s.muted_on_site, granted=False),
        lambda s, api: api.put(f"/sanctions/{s.muted_on_site}/appeal", {"granted": False}),
    ),
}


def by_service(row: Row, scene: Scene, person: User | None) -> str:
    try:
        row.service(scene, person)
    except AppError as refused:
        return refused.code
    return OK


def by_rest(row: Row, scene: Scene, person: User | None) -> str:
    return told_over_rest(row.rest(scene, Api(person)))


DOORS = {"service": by_service, "rest": by_rest}
# A service is given a person: only over REST somebody can be nobody.
TRIED = [
    (action, persona, door)
    for action, row in ROWS.items()
    for persona in PERSONAS
    for door in DOORS
    if door == "rest" or persona != "anonymous"
]


@pytest.mark.parametrize(("action", "persona", "door"), TRIED)
def test_who_may_and_what_others_are_told(
    action: str, persona: str, door: str, scene: Scene, published: Published
) -> None:
    row, person = ROWS[action], scene.people[persona]
    expected = row.expected[PERSONAS.index(persona)]
    before, heard = everything(), len(published)
    assert DOORS[door](row, scene, person) == expected
    if expected != OK:
        assert everything() == before
        assert len(published) == heard


@pytest.mark.asyncio
@pytest.mark.parametrize("persona", PERSONAS[1:])
async def test_who_may_over_the_socket(persona: str, scene: Scene, connect: Connect) -> None:
    """What moderators can do over it is to delete; everything else is REST's."""
    answer = await (await connect(scene.somebody(persona))).ask("message.delete", message_id=str(scene.said))
    told = OK if answer["type"] == "ack" else answer["error"]["code"]
    assert told == ROWS["delete a message"].expected[PERSONAS.index(persona)]
