"""Counts that are remembered are those that would be counted now, whatever happened in between."""

from __future__ import annotations

import pytest

from accounts.models import User
from messaging.services.changing import delete_message
from messaging.services.counting import count, remembered_counts
from rooms.models import Membership, Room
from rooms.services.blocking import block_person, unblock_person
from rooms.services.reading import mark_read
from tests.factories import say
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)


def counted(person: User) -> list[tuple[int, int]]:
    """Return the counts from memory, having compared them with those counted anew."""
    mine = list(Membership.objects.filter(user_id=person.pk, left_at=None))
    found = count(person.pk, mine)
    remembered_counts.clear()
    assert count(person.pk, mine) == found
    return [(each.unread, each.mentions) for each in found.values()]


def test_each_change_is_counted(alice: User, bob: User, general: Room) -> None:
    assert counted(bob) == [(0, 0)]
    first = say(alice, general, "@bob one")
    assert counted(bob) == [(1, 1)]
    second = say(alice, general, "two")
    assert counted(bob) == [(2, 1)]
    block_person(actor=bob, user_id=alice.pk)
    assert counted(bob) == [(2, 0)]
    unblock_person(actor=bob, user_id=alice.pk)
    assert counted(bob) == [(2, 1)]
    delete_message(actor=alice, message_id=int(first.id))
    assert counted(bob) == [(1, 0)]
    mark_read(actor=bob, room_id=general.pk, seq=second.seq)
    assert counted(bob) == [(0, 0)]


def test_another_era_of_the_room_is_counted_anew(alice: User, bob: User, general: Room) -> None:
    say(alice, general, "one")
    assert counted(bob) == [(1, 0)]
    Room.objects.filter(pk=general.pk).update(epoch="restored", last_seq=0)
    assert counted(bob) == [(0, 0)]


def test_what_has_not_changed_is_not_counted_again(alice: User, bob: User, general: Room) -> None:
    say(alice, general, "one")
    mine = list(Membership.objects.filter(user_id=bob.pk, left_at=None))
    count(bob.pk, mine)
    with statements() as asked:
        count(bob.pk, mine)
    assert len(asked) == 1  # the rooms' heads
