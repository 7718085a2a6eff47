"""Close on devices what was read elsewhere, or is no longer the person's to read."""

from __future__ import annotations

from core.db import at_most_one
from core.jobs import job
from notifications.models import Device, Notice
from notifications.services.devices import living
from notifications.services.payload import withdrawal_payload
from notifications.services.pushing import push
from rooms.models import Membership

MOMENT = (
    60  # seconds: a device that is off has the notification itself replaced at the service, and needs nothing later
)
# Apple ends subscriptions whose pushes show nothing; there a notification stays until it is looked at.
ALWAYS_SHOWN = ("web.push.apple.com",)


@job()
def withdraw_read(room_id: int, user_id: int) -> None:
    """Withdraw the room's notification if the person has read it or is not in the room any more."""
    notice = at_most_one(Notice.objects.filter(room_id=room_id, user_id=user_id, shown_seq__gt=0))
    if notice is None:
        return
    membership = at_most_one(Membership.objects.filter(room_id=room_id, user_id=user_id, left_at=None))
    if membership is None or membership.last_read_seq >= notice.shown_seq:
        _withdraw(notice)


@job()
def withdraw_message(room_id: int, message_id: int) -> None:
    """Withdraw the notifications of a message that was deleted."""
    for notice in Notice.objects.filter(room_id=room_id, message_id=message_id, shown_seq__gt=0):
        _withdraw(notice)


def _withdraw(notice: Notice) -> None:
    """Once: whoever sets the mark back sends it."""
    if not Notice.objects.filter(pk=notice.pk, shown_seq=notice.shown_seq).update(shown_seq=0):
        return
    for device in living(Device.objects.filter(user_id=notice.user_id, enabled=True)):
        if device.service not in ALWAYS_SHOWN:
            topic = f"{notice.user_id}/{notice.room_id}"
            push(device, withdrawal_payload(notice.room_id), topic=topic, urgency="normal", ttl=MOMENT)
