"""What other services' events mean here. Each runs on the sender's thread: a look into memory, and a job only for what
somebody could want (core.events.set_watchers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.events import Watcher
from core.jobs import later
from messaging.serializers import MessageOut
from notifications.models import Notice
from notifications.services.deciding import notify_message
from notifications.services.interest import Interest, interests
from notifications.services.withdrawing import withdraw_message, withdraw_read


def message_told(event: Mapping[str, Any]) -> None:
    """A message was sent, or its text has changed: whom it names may be others now."""
    message: MessageOut = event["message"]
    interest = interests.of(int(message.room_id))
    quoted: MessageOut | None = event.get("quoted")
    answered = {int(quoted.author_id)} if quoted else set()
    if interest.called and concerned(interest, message, answered):
        later(notify_message, int(message.id))


def concerned(interest: Interest, message: MessageOut, answered: set[int]) -> frozenset[int]:
    """Return whom of those with a device the message concerns."""
    named = {*map(int, message.mentions.user_ids), *answered}
    called = interest.called if message.mentions.room else interest.called & named
    return (called | interest.everything) - {int(message.author_id)}


def message_deleted(event: Mapping[str, Any]) -> None:
    message: MessageOut = event["message"]
    if interests.of(int(message.room_id)).called:
        later(withdraw_message, int(message.room_id), int(message.id))


def read_advanced(event: Mapping[str, Any]) -> None:
    """Somebody has read on: what their devices still show of the room is old."""
    room_id, user_id = int(event["room_id"]), int(event["user_id"])
    if user_id in interests.of(room_id).called and _is_shown(room_id, user_id):
        later(withdraw_read, room_id, user_id)


def members_changed(event: Mapping[str, Any]) -> None:
    room_id = int(event["room_id"])
    interests.forget([room_id])
    if event["member"].left and _is_shown(room_id, int(event["member"].user_id)):
        later(withdraw_read, room_id, int(event["member"].user_id))


def _is_shown(room_id: int, user_id: int) -> bool:
    return Notice.objects.filter(room_id=room_id, user_id=user_id, shown_seq__gt=0).exists()


WATCHERS: Mapping[str, Watcher] = {
    "message.created": message_told,
    "message.updated": message_told,
    "message.deleted": message_deleted,
    "read.advanced": read_advanced,
    "member.added": members_changed,
    "member.removed": members_changed,
}
