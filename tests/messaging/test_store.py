"""The contract of `messaging.store`. It runs on the engine that is configured; every engine's store must pass it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.db import atomic, undo
from messaging import store
from messaging.models import Mention, Message
from messaging.store import NewMessage, Row
from rooms.models import Room
from tests.factories import make_room

NOW = datetime(2026, 11, 24, 10, 0, 0, 123_000, tzinfo=UTC)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, bob)


def new(room: Room, author: User, **values: Any) -> NewMessage:
    usual: dict[str, Any] = {
        "client_id": str(uuid.uuid4()),
        "payload_hash": "0" * 32,
        "text": "hello",
        "reply_to": 0,
        "mentions": "",
        "created_at": NOW,
    }
    return NewMessage(room_id=room.pk, author_id=author.pk, **usual | values)


def append(room: Room, author: User, **values: Any) -> Row:
    with atomic():
        row = store.append(new(room, author, **values), Room.objects.get(pk=room.pk).access_rev)
    assert row is not None
    return row


def test_append_gives_the_next_place_and_keeps_everything(room: Room, alice: User) -> None:
    first = append(room, alice, text="ü\n😀", mentions='{"room":true}', reply_to=5)
    second = append(room, alice)
    assert (first.seq, second.seq) == (room.rev + 1, room.rev + 2)
    assert first.seq == first.rev == first.text_rev
    assert store.one(first.id) == first
    assert first.created_at == NOW
    room.refresh_from_db()
    assert (room.rev, room.last_seq, room.last_message_at) == (second.seq, second.seq, NOW)


def test_append_changes_nothing_when_rights_have_changed(room: Room, alice: User) -> None:
    before = Room.objects.filter(pk=room.pk).values().get()
    for access_rev in (room.access_rev - 1, room.access_rev + 1):
        with atomic():
            assert store.append(new(room, alice), access_rev) is None
    assert Room.objects.filter(pk=room.pk).values().get() == before
    assert not Message.objects.exists()


def test_append_to_a_room_that_is_not_there_is_none(room: Room, alice: User) -> None:
    with atomic():
        assert store.append(new(room, alice)._replace(room_id=7), 0) is None


def test_a_key_is_used_once_by_an_author_and_the_place_is_given_back(room: Room, alice: User, bob: User) -> None:
    first = append(room, alice, client_id="a")
    append(room, bob, client_id="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        append(make_room(alice), alice, client_id="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        append(room, alice, client_id="a")
    assert append(room, alice, client_id="b").seq == first.seq + 2


def test_several_are_kept_as_each_would_be_alone(room: Room, alice: User, bob: User) -> None:
    other = make_room(bob)
    wanted = [new(room, alice, text="1"), new(other, bob, text="2"), new(room, bob, text="3", client_id="c")]
    access = {each.pk: Room.objects.get(pk=each.pk).access_rev for each in (room, other)}
    with atomic():
        rows = store.append_all(wanted, access)
    assert rows is not None
    assert [store.one(row.id) for row in rows] == rows
    assert [(row.text, row.seq, row.rev, row.client_id) for row in rows] == [
        ("1", room.rev + 1, room.rev + 1, wanted[0].client_id),
        ("2", other.rev + 1, other.rev + 1, wanted[1].client_id),
        ("3", room.rev + 2, room.rev + 2, "c"),
    ]
    for place, last in ((room, rows[2]), (other, rows[1])):
        place.refresh_from_db()
        assert (place.rev, place.last_seq, place.last_message_at) == (last.seq, last.seq, NOW)


def test_several_are_kept_to_the_letter(room: Room, alice: User) -> None:
    nasty = [
        "ü\n😀\t",
        'a "quoted" \\ back\\\\slash',
        "100 % %s %(x)s",
        "'); DROP TABLE x; --",
        "\u2028\x01\x7f",
        "null",
        "",
    ]
    wanted = [new(room, alice, text=text, mentions='{"room":true}', reply_to=2**62, has=5) for text in nasty]
    with atomic():
        rows = store.append_all(wanted, {room.pk: room.access_rev})
    assert rows is not None
    assert [row.text for row in rows] == nasty
    assert [store.one(row.id) for row in rows] == rows


def test_several_are_none_when_rights_have_changed_anywhere(room: Room, alice: User) -> None:
    other = make_room(alice)
    access = {room.pk: Room.objects.get(pk=room.pk).access_rev, other.pk: other.access_rev + 1}
    with atomic():
        assert store.append_all([new(room, alice), new(other, alice)], access) is None
        undo()
    assert not Message.objects.exists()
    assert Room.objects.get(pk=room.pk).rev == room.rev


def test_several_with_a_used_key_are_refused_as_one(room: Room, alice: User) -> None:
    append(room, alice, client_id="a")
    access = {room.pk: Room.objects.get(pk=room.pk).access_rev}
    with pytest.raises(IntegrityError), atomic():
        store.append_all([new(room, alice), new(room, alice, client_id="a")], access)
    assert Message.objects.count() == 1


def test_what_was_sent_is_found_by_its_key(room: Room, alice: User, bob: User) -> None:
    row = append(room, alice, client_id="a")
    assert store.find_sent(alice.pk, "a") == row
    assert store.find_sent(bob.pk, "a") is None
    assert store.find_sent(alice.pk, "b") is None


def test_one_that_is_not_there_is_none(room: Room) -> None:
    assert store.one(7) is None


def test_many_are_those_in_the_room(room: Room, alice: User) -> None:
    here, there = append(room, alice), append(make_room(alice), alice)
    assert store.many(room.pk, [here.id, there.id, 7]) == [here]
    assert store.many(room.pk, []) == []


def test_pages_are_by_place_oldest_first_and_of_the_room_alone(room: Room, alice: User) -> None:
    other = make_room(alice)
    rows = []
    for _ in range(6):
        rows.append(append(room, alice))
        append(other, alice)
    assert store.newest(room.pk, 4) == rows[2:]
    assert store.newest(room.pk, 100) == rows
    assert store.older(room.pk, rows[4].seq, 3) == rows[1:4]
    assert store.older(room.pk, rows[0].seq, 3) == []
    assert store.newer(room.pk, rows[1].seq, 3) == rows[2:5]
    assert store.newer(room.pk, rows[-1].seq, 3) == []
    assert store.older(room.pk, rows[-1].seq, 0) == store.newest(room.pk, 0) == []


def test_what_changed_comes_in_the_order_of_its_last_change(room: Room, alice: User) -> None:
    first, second, third = (append(room, alice) for _ in range(3))
    Message.objects.filter(pk=first.id).update(rev=third.rev + 1, reactions="[]")
    changed = store.changed_since(room.pk, second.rev, 10)
    assert [row.id for row in changed] == [third.id, first.id]
    assert changed[1] == first._replace(rev=third.rev + 1, reactions="[]")
    assert [row.id for row in store.changed_since(room.pk, 0, 2)] == [second.id, third.id]


def test_times_of_changes_come_back_as_they_were_put(room: Room, alice: User) -> None:
    row = append(room, alice)
    later = NOW + timedelta(milliseconds=1)
    Message.objects.filter(pk=row.id).update(edited_at=later, deleted_at=later)
    assert store.one(row.id) == row._replace(edited_at=later, deleted_at=later)


def test_unread_is_counted_up_to_the_most(room: Room, alice: User, bob: User) -> None:
    rows = [append(room, alice) for _ in range(5)]
    append(room, bob)
    Message.objects.filter(pk=rows[3].id).update(deleted_at=NOW)
    assert store.count_unread(room.pk, bob.pk, 0, 100) == 4
    assert store.count_unread(room.pk, bob.pk, rows[1].seq, 100) == 2
    assert store.count_unread(room.pk, bob.pk, 0, 3) == 3
    assert store.count_unread(room.pk, alice.pk, 0, 100) == 1


def test_mentions_are_counted_per_room_each_message_once(room: Room, alice: User, bob: User) -> None:
    other = make_room(alice, bob)
    by_name, by_room, both, own = (append(room, author) for author in (alice, alice, alice, bob))
    for row, person in ((by_name, bob.pk), (by_room, 0), (both, bob.pk), (both, 0), (own, 0)):
        Mention.objects.create(message_id=row.id, room_id=room.pk, user_id=person, seq=row.seq)
    assert store.mentions_since(bob.pk, {room.pk: 0, other.pk: 0}, 100) == {room.pk: 3, other.pk: 0}
    assert store.mentions_since(bob.pk, {room.pk: by_name.seq}, 100) == {room.pk: 2}
    assert store.mentions_since(alice.pk, {room.pk: 0}, 100) == {room.pk: 1}
    assert store.mentions_since(bob.pk, {}, 100) == {}


def test_several_readers_are_counted_as_each_alone(room: Room, alice: User, bob: User) -> None:
    other = make_room(alice, bob)
    rows = [append(each, author) for each in (room, other) for author in (alice, bob, alice)]
    for row in rows:
        Mention.objects.create(message_id=row.id, room_id=row.room_id, user_id=0, seq=row.seq)
    read = {(person.pk, each.pk): place for person in (alice, bob) for each, place in ((room, 0), (other, rows[3].seq))}
    for most in (1, 100):
        alone = {pair: store.count_unread(pair[1], pair[0], place, most) for pair, place in read.items()}
        assert store.unread_of_all(read, most) == alone
    for silent in ((), (alice.pk,)):
        named = {}
        for (reader, room_id), place in read.items():
            named[reader, room_id] = store.mentions_since(reader, {room_id: place}, 100, silent)[room_id]
        assert store.mentions_of_all(read, 100, silent) == named
    assert store.unread_of_all({}, 100) == store.mentions_of_all({}, 100) == {}
