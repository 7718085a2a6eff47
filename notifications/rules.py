"""Who wants to be told of what: pure functions, the same for pushes, digests and (as a copy in words) the client."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from notifications.models import Level, Preferences, RoomPreference
from rooms.models import Kind


class Reason(StrEnum):
    """Why a message concerns somebody: their name or the whole room was called, it answers them, or they want everything."""

    MENTION = "mention"
    REPLY = "reply"
    ANY = "any"


def level_in(kind: str, preferences: Preferences, chosen: RoomPreference | None) -> Level:
    """Return what the person wants of a room of this kind: their choice for it, else their default."""
    if chosen is not None and chosen.level:
        return Level(chosen.level)
    return Level(preferences.direct_level if kind == Kind.DIRECT else preferences.room_level)


def is_muted(chosen: RoomPreference | None, now: datetime) -> bool:
    return chosen is not None and chosen.muted_until is not None and chosen.muted_until > now


def wants(level: str, reason: Reason) -> bool:
    return level == Level.ALL or (level == Level.MENTIONS and reason is not Reason.ANY)


def device_wants(level: str, reason: Reason, kind: str) -> bool:
    """Return whether a device takes it. One that is for mentions alone takes direct messages too: they call somebody."""
    return wants(level, reason) or (level == Level.MENTIONS and kind == Kind.DIRECT)


def is_quiet(preferences: Preferences, now: datetime) -> bool:
    """Return whether it is within the person's quiet hours where they are."""
    start, end = preferences.quiet_from, preferences.quiet_until
    if start is None or end is None or start == end:
        return False
    there = now.astimezone(ZoneInfo(preferences.zone))
    minute = there.hour * 60 + there.minute
    return start <= minute < end if start < end else minute >= start or minute < end


def reason_for(user_id: int, *, mentioned: frozenset[int], whole_room: bool, answered: int | None) -> Reason:
    """Return why a message concerns this person; `answered` wrote what it is a reply to."""
    if whole_room or user_id in mentioned:
        return Reason.MENTION
    return Reason.REPLY if user_id == answered else Reason.ANY
