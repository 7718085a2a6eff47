from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core import clock
from messaging.mentions import MOST, named_in
from messaging.models import Mention
from messaging.services.changing import delete_message, edit_message
from rooms.models import Room
from rooms.services.members import add_member, change_role, leave_room
from rooms.services.reading import mark_read
from rooms.services.sanctions import mute_member
from tests.clients import Api
from tests.factories import make_room, make_user, say


def _counts(person: User, room: Room) -> dict[str, int]:
    counts: dict[str, int] = Api(person).get("/unread").json()["rooms"][str(room.pk)]
    return counts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@bob", {"bob"}),
        ("hello @Bob, and @ALICE!", {"bob", "alice"}),
        ("(@bob) [@alice] \n@carol", {"bob", "alice", "carol"}),
        ("@bob.", {"bob"}),
        ("@bob...", {"bob"}),
        ("@bob-", {"bob"}),
        ("@a.b-c_d", {"a.b-c_d"}),
        ("bob@example.org", set()),
        ("@@bob", set()),
        ("see /@bob", set()),
        ("a.@bob", set()),
        ("`@bob` and ```\n@alice\n``` @carol", {"carol"}),
        ("``` never closed @bob", set()),
        ("`open @bob", {"bob"}),
        ("`a` @bob `c`", {"bob"}),
        ("@ bob", set()),
        ("@", set()),
        ("@room", set()),
    ],
)
def test_who_a_text_names(text: str, names: set[str]) -> None:
    assert named_in(text).keys == names


@pytest.mark.parametrize(("text", "room"), [("@room", True), ("@ROOM!", True), ("`@room`", False), ("@rooms", False)])
def test_the_whole_room_is_a_name_of_its_own(text: str, room: bool) -> None:
    assert named_in(text).room is room


def test_the_first_twenty_count() -> None:
    names = [f"talk{letter}s" for letter in "abcdefghijklmnopqrstuvwxyz"]
    assert named_in(" ".join(f"@{name}" for name in names)).keys == set(names[:MOST])


@given(st.text(st.sampled_from("@`ab._- \n/é")))
def test_any_text_is_read(text: str) -> None:
    assert len(named_in(text).keys) <= MOST


@pytest.mark.parametrize("piece", ["@", "`", "```", "@a", "@a.", "@.-", "`@", "``", "`\n", "@a@", "```@a"])
def test_the_longest_text_is_read_quickly(piece: str) -> None:
    started = time.perf_counter()
    named_in((piece * 8000)[:8000])
    assert time.perf_counter() - started < 0.1


def test_members_who_are_named_are_called(alice: User, bob: User, general: Room) -> None:
    sent = say(alice, general, "hi @bob, @BOB and @b0b")
    assert sent.mentions.user_ids == [str(bob.pk)]
    assert _counts(bob, general) == {"unread": 1, "mentions": 1}


def test_outsiders_and_those_who_left_are_not(alice: User, bob: User, carol: User, general: Room) -> None:
    leave_room(actor=bob, room_id=general.pk)
    assert say(alice, general, "@carol @bob @nobody").mentions.user_ids == []
    assert not Mention.objects.exists()


def test_nobody_is_called_by_their_own_message(alice: User, bob: User, general: Room) -> None:
    say(alice, general, "@alice and @room")
    say(bob, general, "unread by alice")
    assert _counts(alice, general) == {"unread": 1, "mentions": 0}
    assert _counts(bob, general) == {"unread": 1, "mentions": 1}


def test_the_whole_room_is_called_by_moderators_alone(alice: User, bob: User, mod: User, general: Room) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=mod.pk)
    assert say(bob, general, "@room").mentions.room is False
    for person in (alice, mod):
        assert say(person, general, "@room").mentions.room is True
    assert _counts(bob, general) == {"unread": 2, "mentions": 2}


def test_in_a_direct_room_both_may(alice: User, bob: User) -> None:
    room_id = Api(alice).post("/rooms/direct", {"user_ids": [str(bob.pk)]}).json()["room"]["id"]
    assert say(alice, Room.objects.get(pk=room_id), "@room").mentions.room is True


def test_a_moderator_who_is_one_no_longer_calls_nobody(alice: User, bob: User, general: Room) -> None:
    """What they may do is remembered from before; the message is kept under what they may do now."""
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    assert say(bob, general, "@room").mentions.room is True
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="member")
    assert say(bob, general, "@room").mentions.room is False


def test_a_mute_that_ended_gives_the_room_call_back(alice: User, general: Room) -> None:
    mute_member(room_id=general.pk, user_id=alice.pk, until=clock.now() - timedelta(seconds=1))
    assert say(alice, general, "@room").mentions.room is True


def test_an_edit_calls_anew_and_no_longer(alice: User, bob: User, carol: User, general: Room) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=carol.pk)
    sent = say(alice, general, "@bob @room")
    edited = edit_message(actor=alice, message_id=int(sent.id), text="@carol")
    assert (edited.mentions.user_ids, edited.mentions.room) == ([str(carol.pk)], False)
    assert _counts(bob, general) == {"unread": 1, "mentions": 0}
    assert _counts(carol, general) == {"unread": 1, "mentions": 1}


def test_a_deletion_calls_nobody_any_more(alice: User, bob: User, general: Room) -> None:
    sent = say(alice, general, "@bob @room")
    deleted = delete_message(actor=alice, message_id=int(sent.id))
    assert (deleted.mentions.user_ids, deleted.mentions.room) == ([], False)
    assert _counts(bob, general) == {"unread": 0, "mentions": 0}
    assert not Mention.objects.exists()


def test_what_was_read_is_not_counted(alice: User, bob: User, general: Room) -> None:
    first = say(alice, general, "@bob")
    say(alice, general, "@bob")
    mark_read(actor=bob, room_id=general.pk, seq=first.seq)
    assert _counts(bob, general) == {"unread": 1, "mentions": 1}


def test_named_by_name_and_by_room_at_once_is_one_mention(alice: User, bob: User, general: Room) -> None:
    say(alice, general, "@bob @room")
    assert _counts(bob, general) == {"unread": 1, "mentions": 1}


def test_twenty_people_can_be_called_at_once(alice: User) -> None:
    people = [make_user(f"talk{letter}s") for letter in "abcdefghijklmnopqrstuv"]
    room = make_room(alice, *people)
    sent = say(alice, room, " ".join(f"@{person.username}" for person in people))
    assert sent.mentions.user_ids == [str(person.pk) for person in people[:MOST]]
