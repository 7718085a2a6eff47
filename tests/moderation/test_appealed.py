"""What became of an appeal reaches whoever made it: at the door while they are banned, once they are back, and once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from accounts.services.standing import require_standing, set_appeal_of
from core import clock
from core.errors import Forbidden
from moderation.models import Sanction
from moderation.services.appeals import appeal, appeal_from_outside, decide_appeal
from moderation.services.listing import appeal_of_banned, mark_seen, own_sanctions
from tests.moderation.deciding import sanction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def composed() -> Iterator[None]:
    before = set_appeal_of(appeal_of_banned)
    yield
    set_appeal_of(before)


def told_at_the_door(person: User) -> Mapping[str, Any]:
    person.refresh_from_db()
    with pytest.raises(Forbidden, match=r"user\.suspended") as refused:
        require_standing(person)
    assert refused.value.data is not None
    return refused.value.data


def test_at_the_door_the_one_appeal_and_its_answer_are_told(bob: User, mod: User) -> None:
    made = sanction(mod, bob, "ban", minutes=None)
    told = told_at_the_door(bob)
    assert told["appealed"] is None
    appeal_from_outside(token=str(told["appeal"]), text="I am sorry")
    waiting = told_at_the_door(bob)["appealed"]
    assert isinstance(waiting, dict)
    assert (waiting["text"], waiting["decided_at"], waiting["granted"]) == ("I am sorry", None, False)
    decide_appeal(actor=mod, sanction_id=made.pk, granted=False, answer="Not this time")
    refused = told_at_the_door(bob)["appealed"]
    assert isinstance(refused, dict)
    assert (refused["answer"], refused["granted"]) == ("Not this time", False)
    assert refused["decided_at"]


def test_nothing_of_an_appeal_against_another_decision(bob: User, mod: User) -> None:
    warned = sanction(mod, bob, "warning")
    appeal(actor=bob, sanction_id=warned.pk, text="Why?")
    sanction(mod, bob, "ban", minutes=None)
    assert told_at_the_door(bob)["appealed"] is None


@pytest.mark.parametrize("kind", ["ban", "mute", "warning"])
def test_a_granted_appeal_is_told_once(kind: str, bob: User, mod: User) -> None:
    made = sanction(mod, bob, kind)
    appeal(actor=bob, sanction_id=made.pk, text="It was not me")
    decide_appeal(actor=mod, sanction_id=made.pk, granted=True, answer="You are right")
    [told] = own_sanctions(actor=bob)
    assert told.appeal is not None
    assert (told.appeal.granted, told.appeal.answer) == (True, "You are right")
    mark_seen(actor=bob, sanction_id=made.pk)
    assert own_sanctions(actor=bob) == []


def test_an_answer_that_comes_after_the_end_is_told_although_the_decision_was_seen(bob: User, mod: User) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False) as clock_:
        made = sanction(mod, bob, "mute")
        mark_seen(actor=bob, sanction_id=made.pk)
        appeal(actor=bob, sanction_id=made.pk, text="Why?")
        clock_.move_to(now + timedelta(minutes=20))
        assert own_sanctions(actor=bob) == []
        decide_appeal(actor=mod, sanction_id=made.pk, granted=False, answer="Because")
        assert [one.id for one in own_sanctions(actor=bob)] == [str(made.pk)]
        clock_.move_to(now + timedelta(minutes=21))
        mark_seen(actor=bob, sanction_id=made.pk)
        assert own_sanctions(actor=bob) == []
        assert Sanction.objects.get(pk=made.pk).seen_at == clock.now()
