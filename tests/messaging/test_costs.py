"""What the hot paths ask of the database. A number that rises here is a promise broken (DESIGN: rights cost no query)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from accounts.models import User
from accounts.services.blocks import remembered_blocks
from messaging.services.changing import edit_message
from messaging.services.history import changes_for, message_for, page_of
from messaging.services.reacting import add_reaction
from messaging.services.sending import send_message
from rooms.models import Room
from tests.factories import say
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)


def _statements(act: Callable[[], object]) -> list[str]:
    with statements() as asked:
        act()
    return asked


def _send(author: User, room: Room, text: str = "hello", reply_to: int | None = None) -> Callable[[], object]:
    return lambda: send_message(actor=author, room_id=room.pk, client_id=str(uuid4()), text=text, reply_to=reply_to)


def test_a_warm_send_takes_two_statements(bob: User, general: Room) -> None:
    say(bob, general)
    take, insert = _statements(_send(bob, general))
    assert take.startswith(("UPDATE rooms_room", "findAndModify rooms_room"))
    assert insert.startswith(("INSERT INTO messaging_message", "insert messaging_message"))


def test_the_first_send_of_a_process_decides_the_rights_with_three_more(bob: User, general: Room) -> None:
    from rooms.services.access import remembered

    say(bob, general)  # the rules and pauses of the site are read once in a while, not by each
    remembered.clear()
    assert len(_statements(_send(bob, general))) == 5


def test_mentions_take_three_more_and_a_reply_one(alice: User, bob: User, general: Room) -> None:
    first = say(bob, general)
    assert len(_statements(_send(bob, general, "@alice"))) == 5  # people, who of them is here, the mention
    assert len(_statements(_send(bob, general, "yes", int(first.id)))) == 3


def test_a_retry_takes_the_two_that_fail_and_one_look(bob: User, general: Room) -> None:
    key = str(uuid4())
    say(bob, general, client_id=key)
    assert len(_statements(lambda: say(bob, general, client_id=key))) <= 4  # with the rollback


def test_a_page_of_history_costs_the_same_however_long(alice: User, bob: User, general: Room) -> None:
    first = say(alice, general)
    for number in range(60):
        say((alice, bob)[number % 2], general)
    say(bob, general, "yes", reply_to=int(first.id))

    def page(before: int, limit: int) -> list[str]:
        place = {"before": before, "after": None, "around": None}
        return _statements(lambda: page_of(actor=bob, room_id=general.pk, limit=limit, **place))

    page(9, 5)  # who may read, and who wrote, is remembered from here on
    assert len(page(60, 50)) == len(page(60, 5)) == 2  # the room's head, and the messages
    assert len(page(2**53, 50)) == 3  # the quoted


def test_changes_take_ten(alice: User, bob: User, general: Room) -> None:
    first = say(alice, general, "@bob")
    cursor = Room.objects.get(pk=general.pk).rev
    say(alice, general, "yes @bob", reply_to=int(first.id))

    def changes() -> object:
        return changes_for(actor=bob, room_id=general.pk, epoch=general.epoch, after=cursor)

    remembered_blocks.of(bob.pk)  # read once
    # membership, room, messages, members, quoted, people; counts: heads, unread, mentions (on MongoDB also who wrote them)
    assert len(_statements(changes)) in (9, 10)
    # What everybody else missed is remembered: the membership, and the counts, which are one's own.
    assert len(_statements(changes)) <= 5


def test_an_edit_and_a_reaction_find_the_message_twice_and_write_it_once(bob: User, general: Room) -> None:
    first = int(say(bob, general).id)
    edit = _statements(lambda: edit_message(actor=bob, message_id=first, text="changed"))
    react = _statements(lambda: add_reaction(actor=bob, message_id=first, emoji="👍"))
    assert len(edit) == 6  # find, take the rev, read again, keep what it said, forget what was searched, write
    assert len(react) == 5  # find, take the rev, read again, the reaction, write


def test_one_message_takes_two(bob: User, general: Room) -> None:
    first = int(say(bob, general).id)
    assert len(_statements(lambda: message_for(actor=bob, message_id=first))) == 2
