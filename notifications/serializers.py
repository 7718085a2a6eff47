"""What notifications take and give on the wire (docs/protocol.md, Notifications)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from core.clock import iso_or_none
from core.wire import Id, In, Out
from notifications.models import Device, Preferences, RoomPreference, Trial

LevelName = Literal["all", "mentions", "nothing"]
Minute = Annotated[int, Meta(ge=0, lt=24 * 60)]
Moment = Annotated[datetime, Meta(tz=True)]
Label = Annotated[str, Meta(min_length=1, max_length=100)]
Endpoint = Annotated[str, Meta(min_length=10, max_length=2000)]


class QuietIn(In):
    """Minutes of the day in the time zone, which is an IANA name: `Europe/Berlin`."""

    start: Minute
    end: Minute
    zone: Annotated[str, Meta(min_length=1, max_length=64)]


class PreferencesIn(In):
    direct_level: LevelName | UnsetType = UNSET
    room_level: LevelName | UnsetType = UNSET
    quiet: QuietIn | UnsetType | None = UNSET
    show_text: bool | UnsetType = UNSET
    digest_hours: Literal[0, 1, 4, 12, 24, 168] | UnsetType = UNSET


class RoomPreferenceIn(In):
    """`level` null: as everywhere. `muted_until` null: not muted; a time far away: until further notice."""

    level: LevelName | None
    muted_until: Moment | None


class KeysIn(In):
    p256dh: Annotated[str, Meta(min_length=80, max_length=100)]
    auth: Annotated[str, Meta(min_length=20, max_length=40)]


class DeviceIn(In):
    """A browser's `PushSubscription`, with what it is to be called."""

    endpoint: Endpoint
    keys: KeysIn
    label: Label


class DeviceChangesIn(In):
    label: Label | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    level: Literal["all", "mentions"] | UnsetType = UNSET


class QuietOut(Out):
    start: int
    end: int
    zone: str


class PreferencesOut(Out):
    direct_level: str
    room_level: str
    quiet: QuietOut | None
    show_text: bool
    digest_hours: int


class RoomPreferenceOut(Out):
    room_id: Id
    level: str | None
    muted_until: str | None


class NotificationsOut(Out):
    """Everything a client must know to notify like the server: `rooms` are those with a choice of their own."""

    preferences: PreferencesOut
    rooms: list[RoomPreferenceOut]
    vapid_public_key: str
    email: str | None


class DeviceOut(Out):
    id: str
    label: str
    service: str
    enabled: bool
    level: str
    created_at: str
    answered_at: str | None
    status: int
    current: bool


class DevicesOut(Out):
    results: list[DeviceOut]


class TrialOut(Out):
    """Each hop with the time it was reached. `status` is the push service's answer, 0 until there is one."""

    id: str
    enqueued_at: str | None
    picked_up_at: str | None
    sent_at: str | None
    answered_at: str | None
    status: int
    problem: str
    shown_at: str | None


def preferences_out(preferences: Preferences) -> PreferencesOut:
    start, end = preferences.quiet_from, preferences.quiet_until
    return PreferencesOut(
        direct_level=preferences.direct_level,
        room_level=preferences.room_level,
        quiet=None if start is None or end is None else QuietOut(start=start, end=end, zone=preferences.zone),
        show_text=preferences.show_text,
        digest_hours=preferences.digest_hours,
    )


def room_preference_out(chosen: RoomPreference) -> RoomPreferenceOut:
    return RoomPreferenceOut(
        room_id=str(chosen.room_id), level=chosen.level or None, muted_until=iso_or_none(chosen.muted_until)
    )


def device_out(device: Device, session_id: int) -> DeviceOut:
    return DeviceOut(
        id=str(device.pk),
        label=device.label,
        service=device.service,
        enabled=device.enabled,
        level=device.level,
        created_at=iso_or_none(device.created_at) or "",
        answered_at=iso_or_none(device.answered_at),
        status=device.status,
        current=device.session_id == session_id,
    )


def trial_out(trial: Trial) -> TrialOut:
    return TrialOut(
        id=str(trial.pk),
        enqueued_at=iso_or_none(trial.enqueued_at),
        picked_up_at=iso_or_none(trial.picked_up_at),
        sent_at=iso_or_none(trial.sent_at),
        answered_at=iso_or_none(trial.answered_at),
        status=trial.status,
        problem=trial.problem,
        shown_at=iso_or_none(trial.shown_at),
    )
