"""How a rule would have done on the last 30 days, before it is switched on."""

from datetime import timedelta

import pytest

from accounts.models import User
from core import clock
from core.audit import Action
from core.ids import id_at
from messaging.models import Message
from messaging.services.changing import delete_message
from moderation.models import Rule, Trial
from moderation.services import trials
from moderation.services.rulebook import Active, matcher_of
from moderation.services.rules import keep_rule
from moderation.services.trials import resume_trials, run_trial, samples_of, start_trial
from rooms.models import Room
from tests.clients import Api, refusal
from tests.factories import make_room, say
from tests.jobs import Jobs
from tests.moderation.deciding import entries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rule(mod: User) -> Rule:
    made = Rule(name="Words", kind="words", parameters='{"words": ["spam"]}', action="block", spares_moderators=False)
    return keep_rule(actor=mod, rule=made)


def _tried(mod: User, rule: Rule, jobs: Jobs) -> Trial:
    start_trial(actor=mod, rule_id=rule.pk)
    jobs.run()
    return Trial.objects.get()


def test_it_tells_how_many_and_which_and_changes_nothing(
    alice: User, bob: User, mod: User, general: Room, rule: Rule, jobs: Jobs
) -> None:
    found = [int(say(bob, general, "spam one").id), int(say(alice, general, "some spam").id)]
    say(bob, general, "harmless")
    delete_message(actor=bob, message_id=int(say(bob, general, "spam that is gone").id))
    trial = _tried(mod, rule, jobs)
    assert (trial.looked_at, trial.matched, trial.by_moderators) == (4, 2, 1)
    assert [message.pk for message in samples_of(actor=mod, rule_id=rule.pk)] == found
    assert Message.objects.filter(deleted_at=None).count() == 3
    assert [entry.actor_id for entry in entries(Action.RULE_TRIED, Action.PRIVATE_READ)] == [mod.pk, mod.pk]


def test_what_is_older_than_30_days_is_left_out(bob: User, mod: User, general: Room, rule: Rule, jobs: Jobs) -> None:
    for days in (31, 29):
        message = Message.objects.get(pk=say(bob, general, "spam").id)
        Message.objects.filter(pk=message.pk).delete()
        message.pk = id_at(clock.now() - timedelta(days=days))
        message.save(force_insert=True)
    assert _tried(mod, rule, jobs).looked_at == 1


def test_a_rule_of_a_room_looks_there_and_spares_whom_it_spares(
    alice: User, bob: User, mod: User, general: Room, rule: Rule, jobs: Jobs
) -> None:
    other = make_room(alice, bob)
    for room in (general, other):
        say(bob, room, "spam")
        say(alice, room, "spam")
    rule.room_id, rule.spares_moderators = other.pk, True
    keep_rule(actor=mod, rule=rule)
    trial = _tried(mod, rule, jobs)
    assert (trial.looked_at, trial.matched) == (4, 1)


def test_counting_rules_count_by_the_times_of_then(bob: User, mod: User, general: Room, jobs: Jobs) -> None:
    parameters = '{"times": 2, "seconds": 3600}'
    rule = keep_rule(actor=mod, rule=Rule(name="x", kind="repeats", parameters=parameters, action="block"))
    now = clock.now()
    for hours in (30, 20, 10, 0, 0, 0):
        sent = say(bob, general, "the same")
        Message.objects.filter(pk=sent.id).update(created_at=now - timedelta(hours=hours))
    assert _tried(mod, rule, jobs).matched == 1


def test_it_goes_on_in_slices_where_a_killed_process_left_it(
    bob: User, mod: User, general: Room, rule: Rule, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        say(bob, general, f"spam {number}")
    monkeypatch.setattr(trials, "SLICE", 2)
    monkeypatch.setattr(trials, "MOST_SECONDS", 0.0)
    start_trial(actor=mod, rule_id=rule.pk)
    monkeypatch.setattr(trials, "MOST_SECONDS", 1e9)
    half = trials._look(Active(rule, matcher_of(rule)), Trial.objects.get(), trials.Counts())
    assert half and 0 < Trial.objects.get().progress < 1
    resume_trials()
    jobs.run()
    run_trial.func(rule.pk)
    trial = Trial.objects.get()
    assert (trial.looked_at, trial.matched, trial.finished_at is not None) == (7, 7, True)
    assert trial.progress == 1


def test_over_rest_only_the_staff_tries(
    alice: User, bob: User, admin: User, general: Room, rule: Rule, jobs: Jobs
) -> None:
    say(bob, general, "spam")
    path = f"/rules/{rule.pk}/trial"
    for person in (alice, bob):
        assert refusal(Api(person).put(path)) == refusal(Api(person).get(path)) == (404, "not_found")
    assert refusal(Api(admin).get(path)) == (404, "not_found")
    assert Api(admin).put(path).json()["progress"] == 0
    jobs.run()
    answer = Api(admin).get(path).json()
    assert (answer["progress"], answer["matched"], len(answer["samples"])) == (1.0, 1, 1)
