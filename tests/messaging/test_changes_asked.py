"""Who may ask what changed in a room, and how they have to ask."""

from __future__ import annotations

import msgspec
import pytest

from accounts.models import User
from messaging.services.history import changes_for
from rooms.models import Room
from rooms.services.members import leave_room
from tests.clients import Api, refusal, wrong_fields
from tests.factories import make_room, say

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_left_learns_just_that(alice: User, bob: User, carol: User, general: Room) -> None:
    say(alice, general, "secret")
    for person in (carol, bob):
        if person == bob:
            leave_room(actor=bob, room_id=general.pk)
        gone = changes_for(actor=person, room_id=general.pk, epoch=general.epoch, after=0)
        nowhere = changes_for(actor=person, room_id=7, epoch=general.epoch, after=0)
        assert gone.mode == nowhere.mode == "gone"
        shown = msgspec.to_builtins(gone) | {"room_id": "", "mode": ""}
        assert not any(shown.values())


def test_over_rest_an_outsider_finds_nothing(alice: User, bob: User, carol: User, general: Room) -> None:
    public = make_room(alice, kind="public")
    for room in (general, public):
        assert refusal(Api(carol).get(f"/rooms/{room.pk}/changes", {"after": 0})) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "after"),
        ({"after": "-1"}, "after"),
        ({"after": "x"}, "after"),
        ({"after": "1", "epoch": "x" * 17}, "epoch"),
    ],
)
def test_what_is_wrong_is_refused_by_name(bob: User, general: Room, query: dict[str, str], field: str) -> None:
    assert wrong_fields(Api(bob).get(f"/rooms/{general.pk}/changes", query)) == {field}
