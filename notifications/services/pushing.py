"""One push to one device, and what its service's answer means for the device."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from core import clock, wire
from notifications.models import Device
from notifications.push.sealing import MOST_PAYLOAD
from notifications.push.sending import Answer, Target, Unreachable, Urgency, send
from notifications.services.interest import interests
from rooms.services.access import room_ids_of

log = logging.getLogger(__name__)
DAY = 24 * 3600  # seconds


class Outcome(NamedTuple):
    """`status` 0: unreachable, because of `problem`. `again_in`: try again after so many seconds, None: do not."""

    status: int
    problem: str = ""
    again_in: float | None = None


def push(
    device: Device, payload: Mapping[str, Any], *, topic: str, urgency: Urgency = "normal", ttl: int = DAY
) -> Outcome:
    """Send the payload; forget the device if its service does not know it any more."""
    content = wire.encode(payload)
    if len(content) > MOST_PAYLOAD:
        raise ValueError(f"a payload of {len(content)} bytes is more than push services take")
    try:
        answer = send(
            Target(device.endpoint, device.p256dh, device.auth), content, ttl=ttl, urgency=urgency, topic=topic
        )
    except Unreachable as error:
        log.info("push: %s did not answer", device.service)
        return _noted(device, Outcome(0, str(error), again_in=0.0))
    return _noted(device, _outcome(device, answer))


def _outcome(device: Device, answer: Answer) -> Outcome:
    if answer.accepted:
        return Outcome(answer.status)
    log.info("push: %s said %s", device.service, answer.status)
    if answer.gone:
        return Outcome(answer.status, "The browser has ended this subscription.")
    again = answer.wait if answer.worth_a_retry else None
    return Outcome(answer.status, f"The push service said {answer.status}.", again)


def _noted(device: Device, outcome: Outcome) -> Outcome:
    """Only the endpoint that was asked is meant: the browser may have subscribed anew meanwhile."""
    mine = Device.objects.filter(pk=device.pk, endpoint_key=device.endpoint_key)
    if outcome.status in (404, 410):
        mine.delete()
        interests.forget(room_ids_of(device.user_id))
    else:
        mine.update(answered_at=clock.now(), status=outcome.status)
    return outcome
