"""Rules that count: floods of mentions, the same text again and again, what new accounts may."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from core import clock
from core.audit import Action
from messaging.services.sending import send_message
from rooms.models import Room
from tests.clients import refusal
from tests.factories import say
from tests.limits import limited
from tests.moderation.deciding import Make, entries, write

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_names_in_one_message_and_many_messages_that_name(bob: User, general: Room, make: Make) -> None:
    make("mentions", '{"most": 2, "times": 3, "seconds": 600}')
    with limited():
        assert refusal(write(bob, general, "@one @two @three")) == (403, "rule.blocked")
        assert [write(bob, general, f"@alice {n}").status_code for n in range(3)] == [201, 201, 403]
        assert write(bob, general, "nobody").status_code == 201


def test_the_same_again_and_again_is_counted_for_each_person(alice: User, bob: User, general: Room, make: Make) -> None:
    make("repeats", '{"times": 2, "seconds": 600}', spares_moderators=False)
    with limited():
        answers = [write(bob, general, text).status_code for text in ("buy", "BUY ", "other", "b\u200buy")]
        assert answers == [201, 201, 201, 403]
        assert write(alice, general, "buy").status_code == 201


def test_a_retry_is_not_counted_as_one_more(bob: User, general: Room, make: Make) -> None:
    make("repeats", '{"times": 1, "seconds": 600}')
    key = str(uuid4())
    with limited():
        first = say(bob, general, "hello", client_id=key)
        again = send_message(actor=bob, room_id=general.pk, client_id=key, text="hello")
    assert (again.created, again.message.id) == (False, first.id)
    assert entries(Action.RULE_ACTED) == []


def test_new_accounts_have_limits_that_end(bob: User, general: Room, make: Make) -> None:
    make("newcomers", '{"hours": 24, "messages": 2}')
    assert refusal(write(bob, general, "https://example.org")) == (403, "rule.blocked")
    with limited():
        assert [write(bob, general, "hi").status_code for _ in range(3)] == [201, 201, 403]
    User.objects.filter(pk=bob.pk).update(created_at=clock.now() - timedelta(hours=25))
    assert write(bob, general, "https://example.org").status_code == 201


def test_rules_count_also_where_the_sites_own_limits_are_off(
    bob: User, general: Room, make: Make, settings: Any
) -> None:
    settings.RATE_LIMITS = False
    make("repeats", '{"times": 2, "seconds": 600}')
    make("mentions", '{"most": 5, "times": 1, "seconds": 600}')
    assert [write(bob, general, "buy").status_code for _ in range(3)] == [201, 201, 403]
    assert [write(bob, general, f"@alice {n}").status_code for n in range(2)] == [201, 403]
    for number in range(40):
        say(bob, general, f"line {number}")  # nothing else is counted
