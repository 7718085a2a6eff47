"""The devices that take pushes. Each belongs to a sign-in and ends with it: nothing is sent to one that was signed out."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from accounts.models import AuthSession, User
from core import clock
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, Invalid, NotFound
from core.limits import Limit, spend
from notifications.models import Device
from notifications.push.endpoints import require_endpoint
from notifications.services.interest import interests
from rooms.services.access import room_ids_of

CHANGES = Limit("devices", times=30, seconds=60)
MOST_DEVICES = 20  # per person
BATCH = 500


def list_devices(*, actor: User) -> Sequence[Device]:
    """Return the devices that take pushes for the caller, the newest first."""
    return sorted(living(Device.objects.filter(user_id=actor.pk)), key=lambda device: -device.pk)


def living(devices: Iterable[Device]) -> list[Device]:
    """Return those of the devices whose sign-in has not ended; forget the others."""
    found = list(devices)
    sessions = AuthSession.objects.in_bulk({device.session_id for device in found})
    now = clock.now()
    ended = [device.pk for device in found if not _is_alive(sessions.get(device.session_id), device, now)]
    if ended:
        Device.objects.filter(pk__in=ended).delete()
    return [device for device in found if device.pk not in ended]


def _is_alive(session: AuthSession | None, device: Device, now: datetime) -> bool:
    if session is None or session.user_id != device.user_id:
        return False
    return session.revoked_at is None and session.expires_at > now


@retried
def add_device(
    *, actor: User, session: AuthSession, endpoint: str, p256dh: str, auth: str, label: str
) -> tuple[Device, bool]:
    """Let this browser take pushes; return it and whether it is new. A known one keeps what was chosen for it.

    An endpoint stands for one browser: who registers it last has it, if they know its keys, as only the browser itself and
    who was signed in there do. Raises `Invalid` for an endpoint that is not public https and for keys that are none,
    `Conflict` (`device.taken`) for somebody else's.
    """
    spend(CHANGES, actor.pk)
    require_endpoint(endpoint)
    _require_keys(p256dh, auth)
    key = hashlib.sha256(endpoint.encode()).hexdigest()
    columns = {"session_id": session.pk, "endpoint": endpoint, "p256dh": p256dh, "auth": auth}
    with atomic():
        known = at_most_one(Device.objects.filter(endpoint_key=key))
        if known is not None and known.user_id == actor.pk:
            Device.objects.filter(pk=known.pk).update(**columns)
            known.refresh_from_db()
            return known, False
        if known is not None:
            _require_same_browser(known, p256dh, auth)
            known.delete()
        _require_room_for_one(actor)
        device = Device.objects.create(user=actor, endpoint_key=key, label=label.strip() or "Browser", **columns)
    interests.forget(room_ids_of(actor.pk))
    return device, True


def _require_same_browser(known: Device, p256dh: str, auth: str) -> None:
    """Only addresses get around: whoever has no more than that does not take the pushes away from whom they are for."""
    if (decoded(known.p256dh), decoded(known.auth)) != (decoded(p256dh), decoded(auth)):
        raise Conflict("device.taken")


def _require_room_for_one(actor: User) -> None:
    """The one that was added first goes only if it is dead; else there are too many."""
    if len(living(Device.objects.filter(user_id=actor.pk))) >= MOST_DEVICES:
        raise Conflict("limit.reached")


def _require_keys(p256dh: str, auth: str) -> None:
    """Raise `Invalid` unless these are the receiver's point on P-256 and its 16 secret bytes (RFC 8291)."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
        is_right = len(decoded(auth)) == 16
    except ValueError:
        is_right = False
    if not is_right:
        raise Invalid(fields={"keys": ["These are not the keys of a push subscription."]})


def decoded(text: str) -> bytes:
    """Return what base64url says, with or without its padding; raise `ValueError`."""
    return urlsafe_b64decode(text.rstrip("=").encode("ascii") + b"=" * (-len(text.rstrip("=")) % 4))


def device_of(user_id: int, device_id: int) -> Device:
    """Return one of the person's devices; raise `NotFound` for others'."""
    found = living(Device.objects.filter(pk=device_id, user_id=user_id))
    if not found:
        raise NotFound()
    return found[0]


@retried
def change_device(*, actor: User, device_id: int, **changes: Any) -> Device:
    """Rename it, switch it on or off (`enabled`), or choose its `level`: all that rooms tell, or mentions alone."""
    spend(CHANGES, actor.pk)
    device = device_of(actor.pk, device_id)
    if "label" in changes and not changes["label"].strip():
        raise Invalid(fields={"label": ["Write a name."]})
    if changes:
        Device.objects.filter(pk=device.pk).update(**changes)
        device.refresh_from_db()
        interests.forget(room_ids_of(actor.pk))
    return device


@retried
def remove_device(*, actor: User, device_id: int) -> None:
    device_of(actor.pk, device_id).delete()
    interests.forget(room_ids_of(actor.pk))


def forget_dead_devices() -> None:
    """Forget the devices whose sign-in has ended, and those no push service has answered for in two months."""
    last = 0
    while page := list(Device.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        living(page)
        last = page[-1].pk
    long_ago = clock.now() - timedelta(days=60)
    Device.objects.filter(answered_at__lt=long_ago, status=0).delete()
