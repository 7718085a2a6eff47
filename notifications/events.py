"""The event of notifications (docs/protocol.md, Events)."""

from __future__ import annotations

from typing import Literal, TypedDict

from notifications.models import Preferences, RoomPreference
from notifications.serializers import PreferencesOut, RoomPreferenceOut, preferences_out, room_preference_out


class NotificationsUpdated(TypedDict):
    """What somebody wants to be told has changed. To their own clients; what is null has not changed."""

    type: Literal["notifications.updated"]
    preferences: PreferencesOut | None
    room: RoomPreferenceOut | None


def notifications_updated(
    preferences: Preferences | None = None, chosen: RoomPreference | None = None
) -> NotificationsUpdated:
    return {
        "type": "notifications.updated",
        "preferences": preferences_out(preferences) if preferences else None,
        "room": room_preference_out(chosen) if chosen else None,
    }
