"""What travels in a push: enough to show it, at most 3.9 KB, and only as much as the person wants others to carry."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from accounts.models import User
from core.clock import iso
from messaging.said import MOST_SAID, said
from messaging.store import Row
from rooms.models import Kind, Room

TOLD_TO_MANY = 2


def message_payload(reader: User, room: Room, row: Row, *, show_text: bool) -> dict[str, Any]:
    """Return the notification of a message. Its `tag` lets a later one of the room take its place."""
    place = {
        "kind": "message",
        "tag": tag_of(room.pk),
        "room_id": str(room.pk),
        "seq": row.seq,
        "user_id": str(reader.pk),
        "url": f"/rooms/{room.pk}/{row.seq}",
        "sent_at": iso(row.created_at),
    }
    if not show_text:
        return place | {"title": settings.SITE_NAME, "body": "New message"}
    author = User.objects.get(pk=row.author_id)
    return place | {"title": _title(author, room), "body": said(row, MOST_SAID) or "New message"}


def withdrawal_payload(room_id: int) -> dict[str, Any]:
    """Return what closes the room's notification again."""
    return {"kind": "withdraw", "tag": tag_of(room_id), "title": settings.SITE_NAME, "body": "Read elsewhere"}


def trial_payload(token: str) -> dict[str, Any]:
    return {
        "kind": "test",
        "tag": "test",
        "token": token,
        "url": "/",
        "title": f"{settings.SITE_NAME} can reach this device",
        "body": "This is the test notification you asked for.",
    }


def tag_of(room_id: int) -> str:
    return f"room-{room_id}"


def _title(author: User, room: Room) -> str:
    if room.kind != Kind.DIRECT:
        return f"{author.display_name} in {room.name}"
    is_group = len(room.participant_ids) > TOLD_TO_MANY
    return f"{author.display_name} and others" if is_group else author.display_name
