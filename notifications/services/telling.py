"""Tell one person of one room, once: what holds is looked at again at the last moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from accounts.models import User
from core import clock
from core.db import at_most_one
from core.jobs import job, later
from messaging import store
from messaging.store import Row
from notifications.models import Device, Notice
from notifications.rules import Reason, device_wants, is_muted, is_quiet, level_in, wants
from notifications.services.devices import living
from notifications.services.payload import message_payload
from notifications.services.preferences import preferences_of, room_choices
from notifications.services.pushing import Outcome, push
from notifications.services.surroundings import is_active
from notifications.services.withdrawing import withdraw_read
from rooms.models import Membership, Room

HOLD = timedelta(seconds=15)
HELD_CLOSELY = timedelta(minutes=1)  # looked at every 15 s for so long, then by the minute
HELD_AT_MOST = timedelta(hours=1)  # whoever is here for so long and does not read it does not want to be called
LEASE = timedelta(minutes=5)
RETRIES = (30, 120, 600, 1800)  # seconds
MOST_DUE = 1_000


class Situation(NamedTuple):
    """All that was looked at: why somebody is told, what and where."""

    user: User
    room: Room
    row: Row
    devices: list[Device]
    show_text: bool


@job()
def tell(notice_id: int) -> None:
    """Tell it if it is due and still wanted; hold it back while the person is active somewhere."""
    now = clock.now()
    notice = at_most_one(Notice.objects.filter(pk=notice_id, due_at__lte=now))
    if notice is None:
        return
    found = situation(notice, now)
    if found is None:
        _settle(notice, due_at=None)
    elif _is_to_be_held(notice, now):
        _hold(notice, now)
    elif _settle(notice, due_at=now + LEASE):
        _push(notice, found)


def tell_due() -> None:
    """Have told what is due: what was held back, and what a lost job or worker left."""
    due = Notice.objects.filter(due_at__lte=clock.now()).order_by("due_at")
    for notice_id in due.values_list("pk", flat=True)[:MOST_DUE]:
        later(tell, notice_id)


def situation(notice: Notice, now: datetime) -> Situation | None:
    """Return what there is to tell and where, or None: gone, read, deleted, muted, quiet, or no device for it."""
    membership = at_most_one(Membership.objects.filter(room_id=notice.room_id, user_id=notice.user_id, left_at=None))
    if membership is None or membership.last_read_seq >= notice.seq:
        return None
    row = store.one(notice.message_id)
    user = at_most_one(User.objects.filter(pk=notice.user_id))
    if row is None or row.deleted_at is not None or user is None or not user.may_sign_in:
        return None
    room = Room.objects.get(pk=notice.room_id)
    preferences = preferences_of(user.pk)
    choice = room_choices(room.pk, [user.pk]).get(user.pk)
    reason = Reason(notice.reason)
    if is_muted(choice, now) or is_quiet(preferences, now):
        return None
    if not wants(level_in(room.kind, preferences, choice), reason):
        return None
    devices = living(Device.objects.filter(user_id=user.pk, enabled=True))
    fit = [device for device in devices if device_wants(device.level, reason, room.kind)]
    return Situation(user, room, row, fit, preferences.show_text) if fit else None


def _is_to_be_held(notice: Notice, now: datetime) -> bool:
    """Whoever is active somewhere has a chance to read it there. Where nobody can tell, everybody gets one chance."""
    active = is_active(notice.user_id)
    return notice.held_since is None if active is None else active


def _hold(notice: Notice, now: datetime) -> None:
    """Look again in 15 seconds; after a minute of that every minute, after an hour never."""
    since = notice.held_since or now
    if now - since >= HELD_AT_MOST:
        _settle(notice, due_at=None)
        return
    due = now + (HOLD if now - since < HELD_CLOSELY else HELD_CLOSELY)
    if _settle(notice, due_at=due, held_since=since):
        later(tell.using(run_after=due), notice.pk)


def _settle(notice: Notice, *, due_at: datetime | None, held_since: datetime | None = None) -> bool:
    """Set when it is due next, if it is still as it was read; return whether it was. One of two workers gets it."""
    asis = Notice.objects.filter(pk=notice.pk, seq=notice.seq, due_at=notice.due_at)
    return bool(asis.update(due_at=due_at, held_since=held_since))


def _push(notice: Notice, found: Situation) -> None:
    """Push to every device, then note it; a message that came meanwhile is told next."""
    for device in found.devices:
        _push_to(device, notice, found, attempt=0)
    mine = Notice.objects.filter(pk=notice.pk)
    if not mine.filter(seq=notice.seq).update(due_at=None, shown_seq=notice.seq):
        mine.update(due_at=clock.now(), shown_seq=notice.seq)
        later(tell, notice.pk)
    # Read while it was on its way: whoever looked then saw nothing to withdraw yet.
    later(withdraw_read, notice.room_id, notice.user_id)


def _push_to(device: Device, notice: Notice, found: Situation, attempt: int) -> None:
    is_urgent = notice.reason != Reason.ANY or found.room.kind == "direct"
    outcome = push(
        device,
        message_payload(found.user, found.room, found.row, show_text=found.show_text),
        topic=f"{notice.user_id}/{notice.room_id}",
        urgency="high" if is_urgent else "normal",
    )
    if outcome.again_in is not None and attempt < len(RETRIES):
        _try_again(device, notice, outcome, attempt)


def _try_again(device: Device, notice: Notice, outcome: Outcome, attempt: int) -> None:
    wait = max(outcome.again_in or 0, RETRIES[attempt])
    again = push_again.using(run_after=clock.now() + timedelta(seconds=wait))
    later(again, device.pk, notice.pk, notice.seq, attempt + 1)


@job()
def push_again(device_id: int, notice_id: int, seq: int, attempt: int) -> None:
    """Push once more to a device whose service did not take it, if that is still the last word and still wanted."""
    notice = at_most_one(Notice.objects.filter(pk=notice_id, seq=seq, shown_seq=seq))
    found = situation(notice, clock.now()) if notice else None
    if notice is None or found is None:
        return
    for device in found.devices:
        if device.pk == device_id:
            if is_active(notice.user_id):
                _try_again(device, notice, Outcome(0), min(attempt, len(RETRIES) - 1))
            else:
                _push_to(device, notice, found, attempt)
