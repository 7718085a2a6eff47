"""Whoever was away: what they knew at any point, plus the changes since, is what is there now."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core.errors import AppError
from messaging import store
from messaging.models import Message
from messaging.serializers import message_out
from messaging.services import history
from messaging.services.changing import delete_message, edit_message
from messaging.services.history import changes_since
from messaging.services.reacting import add_reaction, remove_reaction
from rooms.models import Membership, Room
from rooms.serializers import member_out, room_out
from rooms.services.members import add_member, change_role, join_room, leave_room, remove_member
from rooms.services.rooms import archive_room, update_room
from rooms.services.sanctions import mute_member
from tests.clients import Api
from tests.factories import make_room, make_user, say
from tests.realtime.state import RoomState

ACTIONS = (
    "send", "reply", "edit", "delete", "react", "unreact", "invite", "remove", "join", "leave", "role", "rename", "read only",
    "archive", "mute",
)  # fmt: skip
steps = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 11)), max_size=25)

# What is remembered is told of changes when they commit.
pytestmark = pytest.mark.django_db(transaction=True)


def _act(room: Room, people: list[User], action: str, who: int, number: int) -> None:
    """Do one thing, as well as it goes: a refusal is as good a step as any other."""
    actor, other = people[who], people[number % 3]
    ids = [row.id for row in store.newest(room.pk, 1000)]
    message = ids[number % len(ids)] if ids else 7
    place: dict[str, Any] = {"actor": actor, "room_id": room.pk}
    on: dict[str, Any] = {"actor": actor, "message_id": message}
    emoji, flag = "👍🎉"[number % 2], bool(number % 2)
    acts: dict[str, Any] = {
        "send": lambda: say(actor, room, f"number {number}"),
        "reply": lambda: say(actor, room, "yes", reply_to=message),
        "edit": lambda: edit_message(**on, text=f"edited {number}"),
        "delete": lambda: delete_message(**on),
        "react": lambda: add_reaction(**on, emoji=emoji),
        "unreact": lambda: remove_reaction(**on, emoji=emoji),
        "invite": lambda: add_member(**place, user_id=other.pk),
        "remove": lambda: remove_member(**place, user_id=other.pk),
        "join": lambda: join_room(**place),
        "leave": lambda: leave_room(**place),
        "role": lambda: change_role(**place, user_id=other.pk, role=("member", "moderator", "owner")[number % 3]),
        "rename": lambda: update_room(**place, name=f"Room {number}"),
        "read only": lambda: update_room(**place, posting="moderators" if flag else "everyone"),
        "archive": lambda: archive_room(**place, archived=flag),
        "mute": lambda: mute_member(room_id=room.pk, user_id=other.pk, until=None),
    }
    try:
        acts[action]()
    except AppError as refusal:
        assert refusal.status in (403, 404, 409)


def _present(room_id: int) -> RoomState:
    """Return what is there now, straight from the tables."""
    room = Room.objects.get(pk=room_id)
    members = Membership.objects.filter(room_id=room_id, left_at=None)
    return RoomState(
        rev=room.rev,
        epoch=room.epoch,
        room=msgspec.to_builtins(room_out(room)),
        messages={str(row.id): msgspec.to_builtins(message_out(row)) for row in store.newest(room_id, 1000)},
        members={str(member.user_id): msgspec.to_builtins(member_out(member)) for member in members},
    )


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_from_every_point_on_the_changes_lead_to_the_present(db: None, steps: list[tuple[str, int, int]]) -> None:
    mark = uuid4().hex[:8]
    people = [make_user(f"{name}{mark}") for name in ("alice", "bob", "carol")]
    room = make_room(people[0], people[1], kind="public")
    states = {0: RoomState()}
    for step in [None, *steps]:
        if step:
            _act(room, people, *step)
        now = _present(room.pk)
        assert now.rev - max(states) in (0, 1) or not step  # each action takes one rev or none
        states[now.rev] = now
    for cursor, state in states.items():
        known = deepcopy(state)
        changes = changes_since(room.pk, cursor, state.epoch or None)
        assert changes.mode == "delta"
        known.take(msgspec.to_builtins(changes))
        assert known.present() == now.present()
        assert known.rev == now.rev


def _changes(person: User, room: Room, after: int, epoch: str | None = None) -> Any:
    query = {"after": after, "epoch": room.epoch if epoch is None else epoch}
    answer = Api(person).get(f"/rooms/{room.pk}/changes", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_whoever_has_everything_gets_nothing(bob: User, general: Room) -> None:
    changes = _changes(bob, general, general.rev)
    assert changes["mode"] == "delta"
    assert [changes[part] for part in ("messages", "members", "quoted", "users", "room")] == [[], [], [], [], None]
    assert changes["rev"] == changes["after"] == general.rev
    assert changes["membership"]["unread"] == 0


def test_a_message_comes_once_in_its_present_state(alice: User, bob: User, general: Room) -> None:
    first = say(alice, general, "one")
    edit_message(actor=alice, message_id=int(first.id), text="two")
    add_reaction(actor=bob, message_id=int(first.id), emoji="👍")
    changes = _changes(bob, general, general.rev)
    [message] = changes["messages"]
    assert message.items() >= {"text": "two", "seq": first.seq, "rev": changes["rev"]}.items()
    assert [user["username"] for user in changes["users"]] == ["alice"]
    assert changes["membership"].items() >= {"unread": 1, "mentions": 0}.items()


def test_what_an_old_reply_quotes_comes_along(alice: User, bob: User, general: Room) -> None:
    first = say(alice, general, "Tea?")
    say(bob, general, "yes", reply_to=int(first.id))
    changes = _changes(bob, general, first.rev)
    assert [message["text"] for message in changes["quoted"]] == ["Tea?"]


def test_what_is_sent_while_they_are_read_is_left_to_what_follows(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = say(alice, general, "before")

    read = store.changed_since

    def another_then_read(room_id: int, after: int, limit: int) -> list[store.Row]:
        say(alice, general, "meanwhile")
        return read(room_id, after, limit)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(store, "changed_since", another_then_read)
        changes = changes_since(general.pk, first.rev - 1)
    assert ([message.text for message in changes.messages], changes.rev) == (["before"], first.rev)
    assert [message.text for message in changes_since(general.pk, changes.rev).messages] == ["meanwhile"]


def test_who_came_and_went_is_told_with_the_new_count(alice: User, bob: User, carol: User, general: Room) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=carol.pk)
    remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    changes = _changes(alice, general, general.rev)
    assert {member["user_id"]: member["left"] for member in changes["members"]} == {
        str(carol.pk): False,
        str(bob.pk): True,
    }
    assert {user["username"] for user in changes["users"]} == {"bob", "carol"}
    assert changes["room"]["member_count"] == 2


@pytest.mark.parametrize("why", ["another epoch", "no epoch", "ahead of the head"])
def test_another_past_is_reset(why: str, alice: User, bob: User, general: Room) -> None:
    for number in range(60):
        say(alice, general, str(number))
    epoch = {"another epoch": "0123456789abcdef", "no epoch": ""}.get(why, general.epoch)
    after = 10_000 if why == "ahead of the head" else general.rev
    changes = _changes(bob, general, after, epoch)
    assert changes["mode"] == "reset"
    assert [message["text"] for message in changes["messages"]] == [str(number) for number in range(10, 60)]
    assert changes["has_before"] is True
    assert (changes["epoch"], changes["room"]["id"]) == (general.epoch, str(general.pk))


def _fill(room: Room, author: User, count: int, text: str = "x", reply_to: int = 0) -> None:
    """Put `count` messages into the room at once."""
    places = range(room.rev + 1, room.rev + count + 1)
    Message.objects.bulk_create(
        Message(
            room=room,
            author=author,
            seq=place,
            rev=place,
            text_rev=place,
            text=text,
            reply_to=reply_to,
            client_id=str(uuid4()),
        )
        for place in places
    )
    room.rev = room.last_seq = places[-1]
    room.save(update_fields=["rev", "last_seq"])


def test_five_hundred_changes_are_told_and_no_more(alice: User, bob: User, general: Room) -> None:
    since = general.rev
    _fill(general, alice, 500)
    changes = _changes(bob, general, since)
    assert (changes["mode"], len(changes["messages"]), changes["rev"]) == ("delta", 500, since + 500)
    say(alice, general)
    changes = _changes(bob, general, since)
    assert (changes["mode"], len(changes["messages"])) == ("reset", 50)


def test_nor_more_text_than_fits_quoted_or_not(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_CHANGED_TEXT", 1000)
    long = say(alice, general, "x" * 995)
    since = Room.objects.get(pk=general.pk).rev
    say(bob, general, "12345", reply_to=int(long.id))
    assert _changes(bob, general, since)["mode"] == "delta"
    say(bob, general, "6")
    assert _changes(bob, general, since)["mode"] == "reset"
