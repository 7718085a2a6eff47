"""What people choose: kept, checked, told to their other windows, and nobody else's business."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from notifications.push.sealing import public_key
from rooms.models import Room
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published

DEFAULTS = {
    "direct_level": "all",
    "room_level": "mentions",
    "quiet": None,
    "show_text": True,
    "digest_hours": 0,
}


def test_without_a_choice_there_are_sensible_defaults(bob: User, general: Room) -> None:
    door = Api(bob)
    assert door.get("/notifications").json() == {
        "preferences": DEFAULTS,
        "rooms": [],
        "vapid_public_key": public_key(),
        "email": None,
    }
    room = {"room_id": str(general.pk), "level": None, "muted_until": None}
    assert door.get(f"/rooms/{general.pk}/notifications").json() == room


def test_what_is_given_is_changed_and_the_rest_stays(bob: User) -> None:
    door, quiet = Api(bob), {"start": 1320, "end": 420, "zone": "Europe/Berlin"}
    assert door.patch("/notifications", {"quiet": quiet, "room_level": "all"}).status_code == 200
    assert door.patch("/notifications", {"show_text": False}).json() == DEFAULTS | {
        "quiet": quiet,
        "room_level": "all",
        "show_text": False,
    }
    door.patch("/notifications", {"quiet": None})
    assert door.get("/notifications").json()["preferences"]["quiet"] is None


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"room_level": "some"}, "room_level"),
        ({"direct_level": None}, "direct_level"),
        ({"digest_hours": 5}, "digest_hours"),
        ({"quiet": {"start": 0, "end": 1440, "zone": "UTC"}}, "quiet.end"),
        ({"quiet": {"start": 0, "end": 60, "zone": "Mars/Olympus"}}, "quiet"),
        ({"quiet": {"start": 0, "end": 60, "zone": "../../etc/passwd"}}, "quiet"),
        ({"volume": 11}, "volume"),
    ],
)
def test_what_makes_no_sense_is_refused(wanted: dict[str, Any], field: str, bob: User) -> None:
    assert wrong_fields(Api(bob).patch("/notifications", wanted)) == {field}
    assert Api(bob).get("/notifications").json()["preferences"] == DEFAULTS


@pytest.mark.parametrize(
    "wanted",
    [
        {"level": "loud", "muted_until": None},
        {"level": None, "muted_until": "tomorrow"},
        {"level": None, "muted_until": "2026-11-24T10:00:00"},
        {"level": None},
        {"muted_until": None},
    ],
)
def test_a_choice_for_a_room_must_make_sense(wanted: dict[str, Any], bob: User, general: Room) -> None:
    assert refusal(Api(bob).put(f"/rooms/{general.pk}/notifications", wanted)) == (400, "invalid")


def test_a_mute_that_ended_long_ago_is_told_as_a_time_that_can_be_read(bob: User, general: Room) -> None:
    wanted = {"level": None, "muted_until": "0001-01-01T00:00:00Z"}
    told = Api(bob).put(f"/rooms/{general.pk}/notifications", wanted).json()
    assert told["muted_until"] == "0001-01-01T00:00:00.000Z"


def test_ones_other_windows_hear_of_it_and_nobody_else(bob: User, general: Room, published: Published) -> None:
    Api(bob).patch("/notifications", {"room_level": "nothing"})
    Api(bob).put(
        f"/rooms/{general.pk}/notifications", {"level": "all", "muted_until": "2026-11-24T12:00:00.123456+02:00"}
    )
    heard = [envelope.topic for envelope in published if "notifications" in envelope.text]
    assert heard == [f"user.{bob.pk}"] * 2
    first, second = (event for event in published.events if event["type"] == "notifications.updated")
    assert first["preferences"] == DEFAULTS | {"room_level": "nothing"}
    assert first["room"] is None
    assert second["preferences"] is None
    assert second["room"] == {
        "room_id": str(general.pk),
        "level": "all",
        "muted_until": "2026-11-24T10:00:00.123Z",
    }
    assert Api(bob).get("/notifications").json()["rooms"] == [second["room"]]


def test_an_outsider_chooses_nothing_for_a_room(carol: User, general: Room, published: Published) -> None:
    before, door = len(published), Api(carol)
    wanted = {"level": "all", "muted_until": None}
    assert refusal(door.put(f"/rooms/{general.pk}/notifications", wanted)) == (404, "not_found")
    assert refusal(door.get(f"/rooms/{general.pk}/notifications")) == (404, "not_found")
    assert door.get("/notifications").json()["rooms"] == []
    assert len(published) == before


def test_a_choice_is_ones_own(alice: User, bob: User, general: Room) -> None:
    Api(bob).put(f"/rooms/{general.pk}/notifications", {"level": "nothing", "muted_until": None})
    assert Api(alice).get(f"/rooms/{general.pk}/notifications").json()["level"] is None
    assert Api(alice).get("/notifications").json()["rooms"] == []
