"""Messages kept in one transaction: each has the outcome it would have had alone, and no one's failure is another's."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from core import clock
from core.errors import AppError
from messaging import store
from messaging.models import Message
from messaging.serializers import MessageOut
from messaging.services.sending import Sent, send_message
from messaging.services.sending_together import Outcome, Wish, may_wait, send_together
from rooms.models import Room
from rooms.services.sanctions import mute_member
from tests.conftest import Published
from tests.factories import make_room, make_user, say
from tests.limits import limited
from tests.order import assert_no_holes
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)


def wish(author: User, room: Room, text: str = "hello", client_id: str = "") -> Wish:
    return Wish(author, room.pk, client_id or str(uuid.uuid4()), text)


def alone(each: Wish) -> Outcome:
    try:
        return send_message(actor=each.actor, room_id=each.room_id, client_id=each.client_id, text=each.text)
    except AppError as refusal:
        return refusal


def told(outcome: Outcome) -> Any:
    """What of an outcome does not depend on when it was: the refusal's code, or the text and whether it is new."""
    return (outcome.message.text, outcome.created) if isinstance(outcome, Sent) else getattr(outcome, "code", outcome)


def messages(outcomes: list[Outcome]) -> list[MessageOut]:
    return [outcome.message for outcome in outcomes if isinstance(outcome, Sent)]


@pytest.fixture
def mixed(alice: User, bob: User, carol: User, general: Room) -> list[Wish]:
    """Wishes of every kind: good, sent before, key used for something else, outsider's, muted, empty."""
    other, muted = make_room(alice, bob, name="Other"), make_user("muted")
    quiet = make_room(alice, muted, name="Quiet")
    mute_member(room_id=quiet.pk, user_id=muted.pk, until=clock.now() + timedelta(hours=1))
    before = say(bob, general, "before")
    return [
        wish(alice, general, "one"),
        wish(bob, general, "before", before.client_id),
        wish(bob, general, "something else", before.client_id),
        wish(carol, general, "let me in"),
        wish(muted, quiet, "let me speak"),
        wish(alice, general, "   "),
        wish(bob, other, "two"),
        wish(bob, general, "three"),
    ]


def test_each_has_the_outcome_it_would_have_alone(mixed: list[Wish]) -> None:
    together = send_together(mixed)
    refused = ["client_id.reused", "not_found", "member.muted", "invalid"]
    expected = [("one", True), ("before", False), *refused, ("two", True), ("three", True)]
    assert [told(outcome) for outcome in together] == expected
    for each, outcome in zip(mixed, expected, strict=True):
        anew = outcome == (each.text, True)
        assert told(alone(each._replace(client_id=str(uuid.uuid4())) if anew else each)) == outcome


def test_what_is_kept_and_told_is_the_same_as_alone(
    bob: User, alice: User, general: Room, published: Published
) -> None:
    plain = say(bob, general, "the same https://example.org")
    (first, second) = messages(send_together([wish(bob, general, plain.text), wish(alice, general, "other")]))
    rows = [store.one(int(message.id)) for message in (plain, first)]
    own = {"id", "seq", "rev", "text_rev", "client_id", "payload_hash", "created_at"}
    assert rows[0] is not None
    assert rows[1] is not None
    left = [{name: value for name, value in row._asdict().items() if name not in own} for row in rows if row]
    assert left[0] == left[1]
    assert rows[0].payload_hash == rows[1].payload_hash
    assert [event["type"] for event in published.events] == ["message.created"] * 3
    assert [event.keys() for event in published.events[1:]] == [published.events[0].keys()] * 2
    assert [envelope.rev for envelope in published] == [plain.rev, first.rev, second.rev]


def test_places_are_given_in_the_order_of_the_wishes(alice: User, bob: User, general: Room) -> None:
    other = make_room(bob, alice, name="Other")
    wanted = [
        wish((alice, bob)[number % 2], (general, general, other)[number % 3], str(number)) for number in range(12)
    ]
    sent = messages(send_together(wanted))
    for room in (general, other):
        here = [message for message in sent if message.room_id == str(room.pk)]
        assert [message.seq for message in here] == list(range(here[0].seq, here[0].seq + len(here)))
        room.refresh_from_db()
        assert (room.rev, room.last_seq) == (here[-1].seq, here[-1].seq)
        assert room.last_message_at is not None


def test_a_key_twice_in_one_lot_is_one_message(bob: User, general: Room, published: Published) -> None:
    key = str(uuid.uuid4())
    outcomes = send_together([wish(bob, general, "once", key), wish(bob, general, "once", key.upper())])
    assert Counter(map(told, outcomes)) == {("once", True): 1, ("once", False): 1}
    assert Message.objects.filter(text="once").count() == 1
    assert published.types == ["message.created"]


def test_old_rights_of_one_fail_nobody_else(alice: User, bob: User, general: Room, published: Published) -> None:
    for person in (alice, bob):
        say(person, general)
    # As another process does it: this one still remembers that bob may post.
    mute_member(room_id=general.pk, user_id=bob.pk, until=clock.now() + timedelta(hours=1))
    published.clear()
    outcomes = send_together([wish(alice, general, "a"), wish(bob, general, "b"), wish(alice, general, "c")])
    assert [told(outcome) for outcome in outcomes] == [("a", True), "member.muted", ("c", True)]
    assert published.types == ["message.created"] * 2


def test_the_limit_is_spent_once_for_each(bob: User, general: Room) -> None:
    key = str(uuid.uuid4())
    with limited():
        send_together([wish(bob, general, "x", key), wish(bob, general, "x", key)])  # the second makes each go alone
        outcomes = send_together([wish(bob, general, str(number)) for number in range(30)])
    assert [told(outcome) for outcome in outcomes][27:] == [("27", True), "rate_limited", "rate_limited"]


def test_twenty_take_two_statements(alice: User, bob: User, general: Room) -> None:
    other = make_room(bob, alice, name="Other")
    wanted = [wish((alice, bob)[number % 2], (general, other)[number // 2 % 2]) for number in range(20)]
    send_together(wanted[:4])
    with statements() as asked:
        send_together([each._replace(client_id=str(uuid.uuid4())) for each in wanted])
    rooms_moved = [statement for statement in asked if "rooms_room" in statement]
    assert len(asked) - len(rooms_moved) == 1
    assert len(rooms_moved) <= 2  # one statement for all rooms, on MongoDB one for each


def test_lots_of_several_threads_leave_no_holes(alice: User, bob: User, general: Room, published: Published) -> None:
    def talk(person: User) -> list[Outcome]:
        try:
            return [outcome for _ in range(5) for outcome in send_together([wish(person, general) for _ in range(4)])]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = [outcome for found in pool.map(talk, [alice, bob, alice, bob]) for outcome in found]
    assert len(messages(outcomes)) == 80
    assert_no_holes(published, general)


def test_what_names_or_answers_somebody_goes_alone() -> None:
    assert may_wait("hello", None)
    assert not may_wait("hello @bob", None)
    assert not may_wait("hello", 5)
