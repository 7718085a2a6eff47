"""The moderators' response, from a report over its case to the numbers of the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from analytics.desk import waits_between
from analytics.models import WHOLE_SITE, DayCount
from analytics.services.filling import due, fill
from moderation.models import Case, Outcome
from moderation.services.cases import add_note, claim_case, close_case
from moderation.services.reporting import report_message, report_person
from rooms.models import Room
from tests.clients import Api
from tests.factories import say

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def decide(mod: User, outcome: str = Outcome.ACTED) -> Case:
    case = Case.objects.get(outcome=Outcome.OPEN)
    claim_case(actor=mod, case_id=case.pk)
    return close_case(actor=mod, case_id=case.pk, outcome=outcome)


def test_each_report_waited_until_its_case_was_closed(
    transactional_db: None, time_machine: Any, alice: User, bob: User, mod: User, admin: User, general: Room
) -> None:
    time_machine.move_to(NOON, tick=False)
    said = say(alice, general, "nasty")
    report_message(actor=bob, message_id=int(said.id), reason="abuse")
    time_machine.shift(60)
    report_person(actor=mod, user_id=alice.pk, reason="spam")
    time_machine.shift(30)
    case = decide(mod)
    time_machine.shift(3600)
    add_note(actor=mod, case_id=case.pk, text="That was quick")
    assert waits_between(NOON, NOON + timedelta(minutes=5)) == [30, 90]
    assert waits_between(NOON, NOON + timedelta(seconds=90)) == []
    assert waits_between(NOON + timedelta(seconds=91), NOON + timedelta(days=1)) == []
    list(fill("UTC", due("UTC")))
    assert DayCount.objects.get(zone="UTC", day=NOON.date(), room_id=WHOLE_SITE).waits == "[30,90]"
    told = (
        Api(admin).get("/analytics/days", {"first": "2026-11-20", "last": "2026-11-20", "zone": "utc"}).json()["totals"]
    )
    assert (told["reports"], told["wait_median"], told["wait_mean"]) == (2, 60, 60)


def test_what_is_open_has_not_been_answered(
    transactional_db: None, time_machine: Any, alice: User, bob: User, general: Room
) -> None:
    time_machine.move_to(NOON, tick=False)
    report_message(actor=bob, message_id=int(say(alice, general).id), reason="abuse")
    assert waits_between(NOON - timedelta(days=1), NOON + timedelta(days=1)) == []
