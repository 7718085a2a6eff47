"""Test notifications, with every hop on the way: people see for themselves where one gets stuck."""

from __future__ import annotations

import secrets
from datetime import timedelta

from accounts.models import User
from core import clock
from core.db import at_most_one
from core.errors import NotFound
from core.jobs import job, later
from core.limits import Limit, spend
from notifications.models import Device, Trial
from notifications.services.devices import device_of, living
from notifications.services.payload import trial_payload
from notifications.services.pushing import push

TRIALS = Limit("trial", times=10, seconds=60)
RECEIPTS = Limit("receipt", times=60, seconds=60)
KEPT = timedelta(days=1)
MOMENT = 120  # seconds a test may wait for the browser


def start_trial(*, actor: User, device_id: int) -> Trial:
    """Send a test to one's device, the same way as any notification; whatever the preferences are."""
    spend(TRIALS, actor.pk)
    device = device_of(actor.pk, device_id)
    trial = Trial.objects.create(token=secrets.token_urlsafe(32), user_id=actor.pk, device_id=device.pk)
    later(run_trial, trial.pk)
    return trial


def trial_of(*, actor: User, trial_id: int) -> Trial:
    trial = at_most_one(Trial.objects.filter(pk=trial_id, user_id=actor.pk))
    if trial is None:
        raise NotFound()
    return trial


@job()
def run_trial(trial_id: int) -> None:
    """Push it, once; each hop is written down when it is reached."""
    mine = Trial.objects.filter(pk=trial_id)
    if not mine.filter(picked_up_at=None).update(picked_up_at=clock.now()):
        return
    trial = mine.get()
    devices = living(Device.objects.filter(pk=trial.device_id))
    if not devices:
        mine.update(problem="The device was removed.")
        return
    mine.update(sent_at=clock.now())
    outcome = push(devices[0], trial_payload(trial.token), topic="test", urgency="high", ttl=MOMENT)
    mine.update(answered_at=clock.now(), status=outcome.status, problem=outcome.problem[:200])


def note_shown(*, token: str, caller: str) -> None:
    """The browser's service worker has shown it. It has no sign-in: the token, which came in the push, stands for it."""
    spend(RECEIPTS, caller)
    mine = Trial.objects.filter(token=token)
    if not mine.filter(shown_at=None).update(shown_at=clock.now()) and not mine.exists():
        raise NotFound()


def forget_old_trials() -> None:
    Trial.objects.filter(enqueued_at__lt=clock.now() - KEPT).delete()
