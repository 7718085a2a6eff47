from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from accounts.models import User
from core.errors import Forbidden, NotFound
from messaging.services.changing import delete_message, edit_message
from messaging.services.reacting import add_reaction, remove_reaction
from rooms.models import Room
from rooms.services.access import load_rights
from rooms.services.members import add_member, change_role, join_room, leave_room
from rooms.services.rooms import update_room
from rooms.services.sanctions import mute_member
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, say
from tests.order import assert_no_holes, nothing_happens, told

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def _mute(room: Room, user: User, until: datetime | None = UNTIL) -> None:
    mute_member(room_id=room.pk, user_id=user.pk, until=until)


def test_everybody_learns_that_the_member_changed_and_the_muted_how(
    bob: User, general: Room, published: Published
) -> None:
    _mute(general, bob)
    updated, own = told(published)
    assert published[1].topic == f"user.{bob.pk}"
    assert updated.items() >= {"type": "member.updated", "rev": general.rev + 1}.items()
    assert "muted_until" not in updated["member"]
    assert (
        own["membership"].items()
        >= {
            "muted_until": "2026-11-24T10:05:00.000Z",
            "restrictions": dict.fromkeys(
                ("post", "react", "edit_own", "mention_room", "invite", "pin", "change_settings", "type"),
                "member.muted",
            ),
        }.items()
    )
    assert_no_holes(published, general)


def test_the_muted_can_neither_write_nor_edit_nor_react_nor_invite_nor_type(
    alice: User, bob: User, carol: User, published: Published
) -> None:
    room = make_room(alice, bob, kind="public")
    mine, other = say(bob, room), say(alice, room)
    add_reaction(actor=bob, message_id=int(other.id), emoji="👍")
    _mute(room, bob)
    tries: list[Any] = [
        lambda: say(bob, room),
        lambda: edit_message(actor=bob, message_id=int(mine.id), text="changed"),
        lambda: add_reaction(actor=bob, message_id=int(other.id), emoji="🎉"),
        lambda: remove_reaction(actor=bob, message_id=int(other.id), emoji="👍"),
        lambda: add_member(actor=bob, room_id=room.pk, user_id=carol.pk),
        lambda: load_rights(bob.pk, room.pk).require("type"),
    ]
    with nothing_happens(published):
        for act in tries:
            with pytest.raises(Forbidden) as refused:
                act()
            assert refused.value.code == "member.muted"
            assert refused.value.data == {"until": "2026-11-24T10:05:00.000Z"}


def test_the_muted_read_delete_their_own_and_leave(alice: User, bob: User, general: Room) -> None:
    mine = say(bob, general)
    _mute(general, bob)
    assert Api(bob).get(f"/rooms/{general.pk}/messages").status_code == 200
    assert delete_message(actor=bob, message_id=int(mine.id)).deleted_at
    leave_room(actor=bob, room_id=general.pk)


def test_through_rest_the_refusal_says_until_when(bob: User, general: Room) -> None:
    _mute(general, bob)
    body = {"client_id": "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10", "text": "hm"}
    answer = Api(bob).post(f"/rooms/{general.pk}/messages", body)
    assert refusal(answer) == (403, "member.muted")
    assert answer.json()["error"]["data"] == {"until": "2026-11-24T10:05:00.000Z"}


def test_it_ends_by_itself(bob: User, general: Room, clock: time_machine.Traveller, published: Published) -> None:
    _mute(general, bob)
    clock.move_to(UNTIL - timedelta(milliseconds=1))
    with pytest.raises(Forbidden):
        say(bob, general)
    clock.move_to(UNTIL)
    say(bob, general)
    own = Api(bob).get(f"/rooms/{general.pk}").json()["membership"]
    assert (own["muted_until"], own["restrictions"]) == (None, {})
    assert_no_holes(published, general)


@pytest.mark.parametrize("act", [partial(edit_message, text="changed"), partial(add_reaction, emoji="👍")])
def test_also_for_what_was_refused_a_moment_ago(
    act: Any, bob: User, general: Room, clock: time_machine.Traveller
) -> None:
    mine = int(say(bob, general).id)
    _mute(general, bob)
    with pytest.raises(Forbidden):
        act(actor=bob, message_id=mine)
    clock.move_to(UNTIL)
    act(actor=bob, message_id=mine)


def test_it_can_be_lifted_shortened_and_made_longer(bob: User, general: Room, clock: time_machine.Traveller) -> None:
    _mute(general, bob)
    _mute(general, bob, None)
    say(bob, general)
    _mute(general, bob, UNTIL)
    _mute(general, bob, NOW + timedelta(minutes=1))
    clock.move_to(NOW + timedelta(minutes=1))
    say(bob, general)
    _mute(general, bob, UNTIL)
    with pytest.raises(Forbidden):
        say(bob, general)


def test_it_holds_in_that_room_alone(alice: User, bob: User, general: Room) -> None:
    other = make_room(alice, bob)
    _mute(general, bob)
    say(bob, other)


def test_leaving_and_coming_back_does_not_lift_it(alice: User, bob: User) -> None:
    room = make_room(alice, bob, kind="public")
    _mute(room, bob)
    leave_room(actor=bob, room_id=room.pk)
    join_room(actor=bob, room_id=room.pk)
    with pytest.raises(Forbidden):
        say(bob, room)


def test_nor_do_a_role_or_new_settings(alice: User, bob: User, general: Room) -> None:
    _mute(general, bob)
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="owner")
    update_room(actor=alice, room_id=general.pk, posting="moderators")
    with pytest.raises(Forbidden, match=r"member\.muted"):
        say(bob, general)


def test_nobody_outside_the_room_can_be_muted_in_it(carol: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        for room_id, user_id in ((general.pk, carol.pk), (general.pk, 7), (7, carol.pk)):
            with pytest.raises(NotFound):
                mute_member(room_id=room_id, user_id=user_id, until=UNTIL)
