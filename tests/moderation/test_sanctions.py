"""Warn, mute, remove, ban: what they forbid, who is told, who may decide, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from accounts.models import Role, User
from core.audit import Action
from core.errors import Forbidden, NotFound
from messaging.services.changing import edit_message
from messaging.services.reacting import add_reaction
from moderation.models import Sanction
from moderation.services.listing import own_sanctions
from moderation.services.reporting import report_message
from rooms.models import Room
from rooms.services.members import add_member, join_room
from rooms.services.rooms import create_room, open_direct_room, update_room
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, make_user, member, say
from tests.moderation.deciding import NOW, entries, sanction
from tests.order import assert_no_holes, nothing_happens, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def _doors(user: User, room: Room, message_id: int) -> list[Callable[[], Any]]:
    """Return everything a person could say something with."""
    return [
        partial(say, user, room),
        partial(edit_message, actor=user, message_id=message_id, text="changed"),
        partial(add_reaction, actor=user, message_id=message_id, emoji="👍"),
        partial(update_room, actor=user, room_id=room.pk, topic="My topic"),
    ]


@pytest.mark.parametrize("everywhere", [False, True])
def test_the_muted_can_say_nothing_and_everything_again_afterwards(
    everywhere: bool, mod: User, bob: User, clock: time_machine.Traveller, published: Published
) -> None:
    room = make_room(bob, mod)
    mine = int(say(bob, room).id)
    sanction(mod, bob, room=None if everywhere else room)
    bob.refresh_from_db()
    code = "user.muted" if everywhere else "member.muted"
    for door in _doors(bob, room, mine):
        with nothing_happens(published), pytest.raises(Forbidden) as refused:
            door()
        assert (refused.value.code, refused.value.data) == (code, {"until": "2026-11-24T10:10:00.000Z"})
    assert refusal(Api(bob).patch("/me", {"display_name": "Free Bob"})) == (403, code)
    assert Api(bob).patch("/me", {"email": "new@example.org"}).status_code == 200
    clock.move_to(NOW + timedelta(minutes=10))
    for door in _doors(bob, room, mine):
        door()
    assert Api(bob).patch("/me", {"display_name": "Free Bob"}).status_code == 200


def test_a_mute_everywhere_holds_in_rooms_to_come(mod: User, bob: User, carol: User) -> None:
    sanction(mod, bob)
    bob.refresh_from_db()
    with pytest.raises(Forbidden, match=r"user\.muted"):
        create_room(actor=bob, kind="public", name="Mine")
    with pytest.raises(Forbidden, match=r"user\.muted"):
        open_direct_room(actor=bob, user_ids=[carol.pk])
    room = make_room(carol, bob)
    with pytest.raises(Forbidden, match=r"user\.muted"):
        say(bob, room)


def test_a_mute_in_one_room_leaves_the_others(alice: User, bob: User, general: Room) -> None:
    other = make_room(alice, bob)
    sanction(alice, bob, room=general)
    say(bob, other)
    with pytest.raises(Forbidden, match=r"member\.muted"):
        say(bob, general)


def test_the_person_is_told_why_and_until_when_and_not_by_whom(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    made = sanction(alice, bob, room=general, reason="  Calm\n down ")
    assert published.types == ["member.updated", "membership.updated", "sanction.updated"]
    mine = told(published)[-1]["sanction"]
    assert published[-1].topic == f"user.{bob.pk}"
    assert mine == Api(bob).get("/me/sanctions").json()["results"][0]
    assert mine.items() >= {
        "id": str(made.pk), "kind": "mute", "room_id": str(general.pk), "room_name": "General", "reason": "Calm down",
        "expires_at": "2026-11-24T10:10:00.000Z", "lifted_at": None,
    }.items()  # fmt: skip
    assert str(alice.pk) not in str(mine)
    assert_no_holes(published, general)


def test_what_has_ended_is_told_no_more(alice: User, bob: User, general: Room, clock: time_machine.Traveller) -> None:
    sanction(alice, bob, room=general)
    clock.move_to(NOW + timedelta(minutes=10))
    assert own_sanctions(actor=bob) == []


def test_a_warning_is_told_until_it_is_seen(alice: User, bob: User, carol: User, general: Room) -> None:
    made = sanction(alice, bob, "warning", general)
    say(bob, general)
    assert refusal(Api(carol).put(f"/me/sanctions/{made.pk}/seen")) == (404, "not_found")
    assert [one.id for one in own_sanctions(actor=bob)] == [str(made.pk)]
    assert Api(bob).put(f"/me/sanctions/{made.pk}/seen").status_code == 200
    assert own_sanctions(actor=bob) == []


def test_a_new_decision_takes_the_place_of_the_one_before(alice: User, bob: User, general: Room) -> None:
    sanction(alice, bob, room=general, minutes=600)
    shorter = sanction(alice, bob, room=general, minutes=5)
    assert [one.id for one in own_sanctions(actor=bob)] == [str(shorter.pk)]
    assert member(general, bob).muted_until == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("kind", "in_room"),
    [(kind, True) for kind in ("warning", "mute", "removal", "ban")] + [(k, False) for k in ("warning", "mute", "ban")],
)
def test_what_is_taken_back_holds_no_more_and_twice_is_fine(
    kind: str, in_room: bool, mod: User, bob: User, alice: User, published: Published
) -> None:
    room = make_room(alice, bob, mod, kind="public")
    made = sanction(mod, bob, kind, room if in_room else None)
    for _ in range(2):
        answer = Api(mod).delete(f"/sanctions/{made.pk}?reason=Mistake")
        assert answer.status_code == 200
        assert answer.json()["lifted_at"] == "2026-11-24T10:00:00.000Z"
    bob.refresh_from_db()
    if in_room and kind in ("removal", "ban"):
        join_room(actor=bob, room_id=room.pk)
    say(bob, room)
    assert [entry.reason for entry in entries(Action.SANCTION_LIFTED)] == ["Mistake"]
    assert_no_holes(published, room)


def test_every_decision_is_recorded_with_its_reason(mod: User, bob: User, general: Room, alice: User) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=mod.pk)
    for kind in ("warning", "mute", "removal", "ban"):
        made = sanction(mod, bob, kind, general)
        entry = entries(*Action)[-1]
        assert (entry.actor_id, entry.subject_id, entry.room_id) == (mod.pk, bob.pk, general.pk)
        assert (entry.target, entry.target_id, entry.reason) == ("sanction", made.pk, "Calm down")
    assert entry.change == '{"minutes":10,"hide_days":0}'


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"kind": "mute"}, "minutes"),
        ({"kind": "mute", "minutes": 0}, "minutes"),
        ({"kind": "mute", "minutes": 28 * 24 * 60 + 1}, "minutes"),
        ({"kind": "warning", "minutes": 5}, "minutes"),
        ({"kind": "removal"}, "room_id"),
        ({"kind": "mute", "minutes": 5, "hide_days": 1}, "hide_days"),
        ({"kind": "ban", "hide_days": 8}, "hide_days"),
        ({"kind": "ban", "reason": " "}, "reason"),
        ({"kind": "exile"}, "kind"),
        ({"kind": "ban", "issued_by": "1"}, "issued_by"),
    ],
)
def test_a_wrong_decision_is_refused(mod: User, bob: User, body: dict[str, Any], wrong: str) -> None:
    answer = Api(mod).post("/sanctions", {"user_id": str(bob.pk), "reason": "So"} | body)
    assert wrong in wrong_fields(answer)
    assert not Sanction.objects.exists()


def test_the_staff_act_from_outside_only_where_something_was_put_before_them(
    mod: User, alice: User, bob: User, general: Room, published: Published
) -> None:
    said = say(bob, general)
    with nothing_happens(published), pytest.raises(NotFound):
        sanction(mod, bob, room=general)
    report_message(actor=alice, message_id=int(said.id), reason="spam")
    sanction(mod, bob, room=general)
    with pytest.raises(Forbidden, match=r"member\.muted"):
        say(bob, general)


def test_nobody_decides_about_an_equal_or_a_higher_one(mod: User, admin: User, bob: User, alice: User) -> None:
    other = make_user("mod2", role=Role.MODERATOR)
    second = make_user("root2", role=Role.ADMIN)
    for kind in ("warning", "mute", "ban"):
        for actor, user in ((mod, other), (mod, admin), (admin, second), (mod, mod), (admin, admin)):
            with pytest.raises(Forbidden, match=r"user\.outranked"):
                sanction(actor, user, kind)
        with pytest.raises(Forbidden, match="forbidden"):
            sanction(bob, alice, kind)
    assert not Sanction.objects.exists()
    assert User.objects.filter(suspended_at=None, muted_until=None).count() == User.objects.count()


def test_a_direct_conversation_has_no_moderators_of_its_own(admin: User, bob: User) -> None:
    room = open_direct_room(actor=admin, user_ids=[bob.pk])[0].room
    for kind in ("warning", "mute", "removal", "ban"):
        with pytest.raises(Forbidden, match=r"room\.is_direct"):
            sanction(admin, bob, kind, room)


@pytest.mark.parametrize("everywhere", [True, False])
def test_the_muted_show_no_new_picture(everywhere: bool, mod: User, bob: User) -> None:
    room = make_room(mod, bob)
    sanction(mod, bob, room=None if everywhere else room)
    code = "user.muted" if everywhere else "member.muted"
    wanted = {"purpose": "avatar", "name": "me.png", "size": 100}
    assert refusal(Api(bob).post("/uploads", wanted)) == (403, code)
    assert refusal(Api(bob).put("/me/avatar", {"file_id": "1"})) == (403, code)
