"""A test notification tells each hop it has reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import time_machine

from accounts.models import User
from core import clock
from notifications.models import Device, Trial
from notifications.services.trials import forget_old_trials, run_trial
from tests.clients import Api, refusal
from tests.jobs import Jobs
from tests.notifications.browser import Browser, PushService
from tests.notifications.conftest import Around

Subscribe = Callable[..., Browser]
HOPS = ("enqueued_at", "picked_up_at", "sent_at", "answered_at", "shown_at")


def test_each_hop_is_told_when_it_is_reached(
    bob: User, subscribe: Subscribe, service: PushService, around: Around, jobs: Jobs
) -> None:
    around.active = {bob.pk}  # the settings page is open: a test comes all the same
    browser, door = subscribe(bob), Api(bob)
    started = door.post(f"/notifications/devices/{Device.objects.get().pk}/tests")
    assert started.status_code == 201
    place = f"/notifications/tests/{started.json()['id']}"
    assert [bool(started.json()[hop]) for hop in HOPS] == [True, False, False, False, False]
    jobs.run()
    sent = door.get(place).json()
    assert [bool(sent[hop]) for hop in HOPS] == [True, True, True, True, False]
    assert (sent["status"], sent["problem"]) == (201, "")
    (note,) = service.shown_to(browser)
    assert note["kind"] == "test"
    assert Api(None).put(f"/notifications/receipts/{note['token']}").status_code == 204
    assert all(door.get(place).json()[hop] for hop in HOPS)
    assert "token" not in sent


def test_a_hop_that_fails_says_so(bob: User, subscribe: Subscribe, service: PushService, jobs: Jobs) -> None:
    subscribe(bob)
    service.status = 403
    door = Api(bob)
    trial = door.post(f"/notifications/devices/{Device.objects.get().pk}/tests").json()
    jobs.run()
    told = door.get(f"/notifications/tests/{trial['id']}").json()
    assert told["status"] == 403
    assert "403" in told["problem"]


def test_a_service_that_is_away_is_told_as_such(bob: User, subscribe: Subscribe, jobs: Jobs) -> None:
    subscribe(bob)
    Device.objects.update(endpoint="https://push.invalid/1")
    door = Api(bob)
    trial = door.post(f"/notifications/devices/{Device.objects.get().pk}/tests").json()
    jobs.run()
    told = door.get(f"/notifications/tests/{trial['id']}").json()
    assert told["status"] == 0
    assert told["answered_at"]
    assert "push.invalid" in told["problem"]


def test_a_test_runs_once(bob: User, subscribe: Subscribe, service: PushService, jobs: Jobs) -> None:
    subscribe(bob)
    Api(bob).post(f"/notifications/devices/{Device.objects.get().pk}/tests")
    jobs.run()
    run_trial.func(Trial.objects.get().pk)
    assert len(service.got) == 1


def test_a_strangers_test_does_not_exist(bob: User, carol: User, subscribe: Subscribe) -> None:
    subscribe(bob)
    trial = Api(bob).post(f"/notifications/devices/{Device.objects.get().pk}/tests").json()
    assert refusal(Api(carol).get(f"/notifications/tests/{trial['id']}")) == (404, "not_found")
    assert refusal(Api(None).put("/notifications/receipts/invented")) == (404, "not_found")
    assert refusal(Api(None).put(f"/notifications/receipts/{trial['id']}")) == (404, "not_found")


def test_tests_are_forgotten_after_a_day(bob: User, subscribe: Subscribe) -> None:
    subscribe(bob)
    Api(bob).post(f"/notifications/devices/{Device.objects.get().pk}/tests")
    forget_old_trials()
    assert Trial.objects.count() == 1
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        forget_old_trials()
    assert Trial.objects.count() == 0
