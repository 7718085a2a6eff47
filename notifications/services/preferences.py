"""What people want to be told: everywhere, and of one room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from core import clock
from core.db import at_most_one, atomic, retried
from core.errors import Invalid
from core.events import publish, user_topic
from core.limits import Limit, spend
from notifications.events import notifications_updated
from notifications.models import Preferences, RoomPreference
from notifications.services.interest import interests
from rooms.services.access import membership_of, room_ids_of

CHANGES = Limit("notifications", times=120, seconds=60)


def preferences_of(user_id: int) -> Preferences:
    """Return what the person wants; the defaults, not kept, if they never chose."""
    return at_most_one(Preferences.objects.filter(user_id=user_id)) or Preferences(user_id=user_id)


def many_preferences(user_ids: Iterable[int]) -> dict[int, Preferences]:
    ids = list(user_ids)
    kept = {one.user_id: one for one in Preferences.objects.filter(user_id__in=ids)}
    return {user_id: kept.get(user_id) or Preferences(user_id=user_id) for user_id in ids}


def rooms_chosen(user_id: int) -> list[RoomPreference]:
    """Return the person's choices for single rooms."""
    return list(RoomPreference.objects.filter(user_id=user_id).order_by("room_id"))


def room_choices(room_id: int, user_ids: Iterable[int]) -> dict[int, RoomPreference]:
    """Return what these people chose for the room, where they did."""
    found = RoomPreference.objects.filter(user_id__in=list(user_ids), room_id=room_id)
    return {chosen.user_id: chosen for chosen in found}


def choice_for(*, actor: User, room_id: int) -> RoomPreference:
    """Return the caller's choice for a room they are in; raise `NotFound` for any other."""
    membership_of(actor.pk, room_id)
    return room_choices(room_id, [actor.pk]).get(actor.pk) or RoomPreference(user_id=actor.pk, room_id=room_id)


@retried
def change_preferences(*, actor: User, **changes: Any) -> Preferences:
    """Change what is given; `quiet` is (from, until, zone) or None, the rest are columns."""
    spend(CHANGES, actor.pk)
    columns = {name: value for name, value in changes.items() if name != "quiet"}
    if "quiet" in changes:
        columns |= _quiet(changes["quiet"])
    if "digest_hours" in changes:
        due = clock.now() + timedelta(hours=changes["digest_hours"]) if changes["digest_hours"] else None
        columns |= {"digest_due_at": due, "digested_until": clock.now()}
    with atomic():
        kept, _ = Preferences.objects.update_or_create(user_id=actor.pk, defaults=columns)
        publish(user_topic(actor.pk), notifications_updated(kept))
    interests.forget(room_ids_of(actor.pk))
    return kept


def _quiet(given: tuple[int, int, str] | None) -> dict[str, Any]:
    if given is None:
        return {"quiet_from": None, "quiet_until": None}
    start, end, zone = given
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        raise Invalid(fields={"quiet": ["There is no such time zone."]}) from None
    return {"quiet_from": start, "quiet_until": end, "zone": zone}


@retried
def change_room(*, actor: User, room_id: int, level: str | None, muted_until: datetime | None) -> RoomPreference:
    """Choose what to be told of a room (None: as everywhere) and until when nothing at all."""
    spend(CHANGES, actor.pk)
    membership_of(actor.pk, room_id)
    columns = {"level": level or "", "muted_until": _whole_ms(muted_until)}
    with atomic():
        chosen = _keep(actor.pk, room_id, columns)
        publish(user_topic(actor.pk), notifications_updated(chosen=chosen))
    interests.forget([room_id])
    return chosen


def _keep(user_id: int, room_id: int, columns: dict[str, Any]) -> RoomPreference:
    return RoomPreference.objects.update_or_create(user_id=user_id, room_id=room_id, defaults=columns)[0]


def _whole_ms(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
    except OverflowError:
        raise Invalid(fields={"muted_until": ["This is not a time."]}) from None
