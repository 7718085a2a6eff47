"""Who is removed or banned is put out, for how long, and told why at the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine

from accounts.models import User
from accounts.services.sign_in import sign_in
from core.errors import AppError, Forbidden, NotFound
from moderation.services.lifting import lift
from moderation.services.listing import own_sanctions
from rooms.models import Room
from rooms.services.members import add_member, join_room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import PASSWORD, make_room, say
from tests.moderation.deciding import NOW, sanction
from tests.order import assert_no_holes, nothing_happens, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def test_a_removal_puts_out_and_lets_come_back(alice: User, bob: User, published: Published) -> None:
    room = make_room(alice, bob, kind="public")
    sanction(alice, bob, "removal", room)
    with pytest.raises(NotFound):
        say(bob, room)
    assert next(event for event in told(published) if event["type"] == "room.removed")["reason"] == "removed"
    join_room(actor=bob, room_id=room.pk)
    assert_no_holes(published, room)


@pytest.mark.parametrize(("minutes", "until"), [(60, "2026-11-24T11:00:00.000Z"), (None, None)])
def test_a_ban_from_a_room_keeps_out_for_its_time(
    minutes: int | None, until: str | None, alice: User, bob: User, published: Published, clock: time_machine.Traveller
) -> None:
    room = make_room(alice, bob, kind="public")
    sanction(alice, bob, "ban", room, minutes=minutes)
    assert next(event for event in told(published) if event["type"] == "room.removed")["reason"] == "banned"
    room.refresh_from_db()
    attempts: list[Callable[[], object]] = [
        partial(join_room, actor=bob, room_id=room.pk),
        partial(add_member, actor=alice, room_id=room.pk, user_id=bob.pk),
    ]
    for attempt in attempts:
        with nothing_happens(published), pytest.raises(Forbidden) as refused:
            attempt()
        assert (refused.value.code, refused.value.data) == ("member.banned", {"until": until})
    assert [one.kind for one in own_sanctions(actor=bob)] == ["ban"]
    clock.move_to(NOW + timedelta(minutes=60))
    if minutes is None:
        with pytest.raises(Forbidden):
            join_room(actor=bob, room_id=room.pk)
    else:
        join_room(actor=bob, room_id=room.pk)


def test_who_has_left_can_be_banned_and_let_in_again(alice: User, bob: User, published: Published) -> None:
    room = make_room(alice, bob, kind="public")
    sanction(alice, bob, "removal", room)
    ban = sanction(alice, bob, "ban", room)
    lift(actor=alice, sanction_id=ban.pk)
    join_room(actor=bob, room_id=room.pk)
    assert_no_holes(published, room)


def test_a_site_ban_ends_everything_and_the_sign_in_says_why(
    mod: User, bob: User, general: Room, published: Published, clock: time_machine.Traveller
) -> None:
    client = Api(bob)
    sanction(mod, bob, "ban")
    assert "session.revoked" in published.types
    assert refusal(client.get("/me")) == (403, "user.suspended")
    with pytest.raises(Forbidden) as refused:
        sign_in(login="bob", password=PASSWORD, ip="", device="")
    data = refused.value.data or {}
    assert (data["reason"], data["until"]) == ("Calm down", "2026-11-24T10:10:00.000Z")
    clock.move_to(NOW + timedelta(minutes=10))
    sign_in(login="bob", password=PASSWORD, ip="", device="")
    bob.refresh_from_db()
    assert (bob.suspended_at, bob.suspension_reason) == (None, "")
    say(bob, general)


def test_a_wrong_password_is_not_told_of_the_ban(mod: User, bob: User) -> None:
    sanction(mod, bob, "ban")
    with pytest.raises(AppError, match=r"auth\.credentials"):
        sign_in(login="bob", password="wrong password", ip="", device="")
