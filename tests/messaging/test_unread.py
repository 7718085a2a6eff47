from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from messaging.models import Message
from messaging.services.changing import delete_message
from messaging.services.counting import count
from rooms.models import Membership, Room
from rooms.services.reading import mark_read
from tests.clients import Api
from tests.factories import make_room, member, say
from tests.statements import statements


def _unread(person: User) -> dict[str, Any]:
    counts: dict[str, Any] = Api(person).get("/unread").json()["rooms"]
    return counts


def test_others_messages_above_what_was_read_count(alice: User, bob: User, general: Room) -> None:
    first = say(alice, general)
    say(bob, general)
    gone = say(alice, general)
    say(alice, general)
    delete_message(actor=alice, message_id=int(gone.id))
    assert _unread(bob)[str(general.pk)] == {"unread": 2, "mentions": 0}
    assert _unread(alice)[str(general.pk)] == {"unread": 1, "mentions": 0}
    mark_read(actor=bob, room_id=general.pk, seq=first.seq)
    assert _unread(bob)[str(general.pk)] == {"unread": 1, "mentions": 0}


def test_every_room_of_mine_is_there_and_no_other(alice: User, bob: User, carol: User, general: Room) -> None:
    quiet = make_room(bob)
    say(carol, make_room(carol, kind="public"))
    say(alice, general)
    assert {room_id: counts["unread"] for room_id, counts in _unread(bob).items()} == {
        str(general.pk): 1,
        str(quiet.pk): 0,
    }
    assert set(_unread(alice)) == {str(general.pk)}


def test_it_is_counted_up_to_a_hundred(alice: User, bob: User, general: Room) -> None:
    for _ in range(103):
        say(alice, general, "@bob")
    assert _unread(bob)[str(general.pk)] == {"unread": 100, "mentions": 100}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12), back=st.integers(0, 12))
def test_it_is_what_its_definition_says(alice: User, bob: User, said: list[tuple[bool, bool]], back: int) -> None:
    room = make_room(alice, bob)
    for mine, gone in said:
        sent = say(bob if mine else alice, room, "@bob")
        if gone:
            delete_message(actor=bob if mine else alice, message_id=int(sent.id))
    places = list(Message.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))
    read = mark_read(actor=bob, room_id=room.pk, seq=places[-back] if 0 < back <= len(places) else 0).last_read_seq
    expected = Message.objects.filter(room=room, author=alice, deleted_at=None, seq__gt=read).count()
    counts = count(bob.pk, [member(room, bob)])[room.pk]
    assert (counts.unread, counts.mentions) == (expected, expected)


def test_rooms_without_news_cost_nothing(alice: User) -> None:
    for _ in range(10):
        make_room(alice)
    mine = list(Membership.objects.filter(user=alice))
    with statements() as asked:
        count(alice.pk, mine)
    assert len(asked) == 1
