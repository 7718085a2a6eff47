from functools import partial
from typing import Any

import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services import reading
from rooms.services.reading import mark_read, mark_unread
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, make_user, member, say
from tests.order import nothing_happens


def _read(person: User, room: Room, seq: int, **more: Any) -> Any:
    return Api(person).put(f"/rooms/{room.pk}/read", {"seq": seq, **more})


def test_reading_moves_forward_and_everybody_sees_it(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    first, second = say(alice, general), say(alice, general)
    published.clear()
    own = _read(bob, general, first.seq).json()
    assert own.items() >= {"last_read_seq": first.seq, "read_mark": 1, "unread": 1, "mentions": 0}.items()
    assert published.events == [
        {
            "type": "read.advanced",
            "room_id": str(general.pk),
            "user_id": str(bob.pk),
            "last_read_seq": first.seq,
            "read_mark": 1,
        }
    ]
    assert published[0].topic == f"room.{general.pk}"
    assert _read(bob, general, second.seq).json()["unread"] == 0


def test_it_takes_no_rev(alice: User, bob: User, general: Room) -> None:
    sent = say(alice, general)
    general.refresh_from_db()
    before = general.rev
    _read(bob, general, sent.seq)
    general.refresh_from_db()
    assert general.rev == before


def test_it_never_moves_back_by_itself(alice: User, bob: User, general: Room, published: Published) -> None:
    first, second = say(alice, general), say(alice, general)
    mark_read(actor=bob, room_id=general.pk, seq=second.seq)
    with nothing_happens(published):
        for seq in (0, first.seq, second.seq):
            assert _read(bob, general, seq).json()["last_read_seq"] == second.seq


def test_nor_past_the_rooms_head(alice: User, bob: User, general: Room) -> None:
    say(alice, general)
    assert _read(bob, general, 2**53).json()["last_read_seq"] <= Room.objects.get(pk=general.pk).rev
    say(alice, general, "one more")
    assert Api(bob).get("/unread").json()["rooms"][str(general.pk)]["unread"] == 1


def test_a_message_and_all_after_it_are_made_unread(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    sent = [say(alice, general) for _ in range(3)]
    mark_read(actor=bob, room_id=general.pk, seq=sent[-1].seq)
    published.clear()
    own = _read(bob, general, sent[1].seq, rewind=True).json()
    assert own.items() >= {"last_read_seq": sent[1].seq - 1, "read_mark": 2, "unread": 2}.items()
    assert published.types == ["read.advanced"]
    assert published.events[0]["read_mark"] == 2


def test_making_unread_never_makes_read(alice: User, bob: User, general: Room, published: Published) -> None:
    sent = [say(alice, general) for _ in range(3)]
    mark_read(actor=bob, room_id=general.pk, seq=sent[0].seq)
    with nothing_happens(published):
        for seq in (sent[2].seq, 2**53):
            own = _read(bob, general, seq, rewind=True).json()
            assert (own["last_read_seq"], own["unread"]) == (sent[0].seq, 2)


def test_from_the_very_beginning_on(alice: User, bob: User, general: Room) -> None:
    say(alice, general)
    mark_read(actor=bob, room_id=general.pk, seq=2**53)
    assert mark_unread(actor=bob, room_id=general.pk, seq=0).last_read_seq == 0


def test_in_a_large_room_only_the_reader_hears_of_it(
    alice: User, bob: User, general: Room, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_MEMBERS_SEEING_RECEIPTS", 1)
    sent = say(alice, general)
    published.clear()
    _read(bob, general, sent.seq)
    assert [envelope.topic for envelope in published] == [f"user.{bob.pk}"]


def test_an_outsider_reads_nothing(alice: User, carol: User, general: Room, published: Published) -> None:
    public = make_room(alice, kind="public")
    published.clear()
    with nothing_happens(published):
        for room in (general, public):
            for rewind in (False, True):
                assert refusal(_read(carol, room, 1, rewind=rewind)) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "seq"),
        ({"seq": "1"}, "seq"),
        ({"seq": -1}, "seq"),
        ({"seq": 1.5}, "seq"),
        ({"seq": 2**53 + 1}, "seq"),
        ({"seq": 1, "rewind": 1}, "rewind"),
        ({"seq": 1, "user_id": "1"}, "user_id"),
    ],
)
def test_what_is_wrong_is_refused_by_name(bob: User, general: Room, body: dict[str, Any], field: str) -> None:
    assert wrong_fields(Api(bob).put(f"/rooms/{general.pk}/read", body)) == {field}


def test_of_many_devices_at_once_the_furthest_wins(published: Published) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    room = make_room(alice, bob)
    sent = [say(alice, room) for _ in range(10)]
    published.clear()
    results = at_once([partial(mark_read, actor=bob, room_id=room.pk, seq=message.seq) for message in sent])
    assert refusals(results) == []
    now = member(room, bob)
    assert now.last_read_seq == sent[-1].seq
    marks = {event["read_mark"]: event["last_read_seq"] for event in published.events}
    assert marks[now.read_mark] == sent[-1].seq
