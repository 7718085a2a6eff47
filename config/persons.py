"""What is kept of a person, app by app: composed here, because no app knows all the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.models import AuthSession, Block, User
from accounts.serializers import me_out
from core.clock import iso, iso_or_none
from messaging.services.erasing import erase_messages, files_of, forget_files, forget_keys, messages_of, reactions_of
from moderation.models import HeldMessage, Report, Sanction
from moderation.serializers.sanctions import id_or_none, own_sanction_out
from moderation.services.listing import appeals_of
from notifications.models import Device, Notice, Preferences, RoomPreference, Trial
from privacy.services.exporting import forget_export
from privacy.services.parts import FileOf, Part
from rooms.models import Membership, Room


def _account(user_id: int) -> Iterator[Any]:
    yield me_out(User.objects.get(pk=user_id))


def _sessions(user_id: int) -> Iterator[Any]:
    for one in AuthSession.objects.filter(user_id=user_id).order_by("pk"):
        yield {
            "created_at": iso(one.created_at),
            "last_used_at": iso(one.last_used_at),
            "ip": one.ip,
            "device": one.device,
        }


def _forget_sessions(user_id: int, with_messages: bool) -> None:
    AuthSession.objects.filter(user_id=user_id).delete()


def _blocks(user_id: int) -> Iterator[Any]:
    for one in Block.objects.filter(blocker_id=user_id).order_by("pk"):
        yield {"user_id": str(one.blocked_id), "created_at": iso(one.created_at)}


def _forget_blocks(user_id: int, with_messages: bool) -> None:
    Block.objects.filter(blocker_id=user_id).delete()
    Block.objects.filter(blocked_id=user_id).delete()


def _rooms(user_id: int) -> Iterator[Any]:
    mine = list(Membership.objects.filter(user_id=user_id).order_by("pk"))
    rooms = Room.objects.in_bulk([membership.room_id for membership in mine])
    for one in mine:
        room = rooms[one.room_id]
        told = {"id": str(room.pk), "kind": room.kind, "name": room.name if one.left_at is None else ""}
        yield told | {"role": one.role, "joined_at": iso(one.joined_at), "left_at": iso_or_none(one.left_at)}


def _files(user_id: int) -> Iterator[Any]:
    for file in files_of(user_id):
        yield {"name": file.name, "media_type": file.media_type, "size": file.size, "created_at": iso(file.created_at)}


def _contents(user_id: int) -> Iterator[FileOf]:
    for file in files_of(user_id):
        yield FileOf(file.key, file.name)


def _forget_files(user_id: int, with_messages: bool) -> None:
    forget_files(user_id)


def _forget_messages(user_id: int, with_messages: bool) -> None:
    forget_keys(user_id)
    if with_messages:
        erase_messages(user_id)


def _sanctions(user_id: int) -> Iterator[Any]:
    for one in Sanction.objects.filter(user_id=user_id).order_by("pk"):
        yield own_sanction_out(one, appeals_of([one]).get(one.pk))


def _reports(user_id: int) -> Iterator[Any]:
    for one in Report.objects.filter(reporter_id=user_id).order_by("pk"):
        yield {
            "user_id": str(one.subject_id),
            "message_id": id_or_none(one.message_id),
            "room_id": id_or_none(one.room_id),
            "reason": one.reason,
            "note": one.note,
            "created_at": iso(one.created_at),
        }


def _held(user_id: int) -> Iterator[Any]:
    for one in HeldMessage.objects.filter(author_id=user_id).order_by("pk"):
        yield {"room_id": str(one.room_id), "text": one.text, "state": one.state, "created_at": iso(one.created_at)}


def _forget_held(user_id: int, with_messages: bool) -> None:
    HeldMessage.objects.filter(author_id=user_id).delete()


def _notifications(user_id: int) -> Iterator[Any]:
    for wishes in Preferences.objects.filter(user_id=user_id):
        yield {
            "direct_level": wishes.direct_level,
            "room_level": wishes.room_level,
            "quiet_from": wishes.quiet_from,
            "quiet_until": wishes.quiet_until,
            "zone": wishes.zone,
            "show_text": wishes.show_text,
            "digest_hours": wishes.digest_hours,
        }
    for room in RoomPreference.objects.filter(user_id=user_id).order_by("pk"):
        yield {"room_id": str(room.room_id), "level": room.level, "muted_until": iso_or_none(room.muted_until)}
    for device in Device.objects.filter(user_id=user_id).order_by("pk"):
        yield {
            "device": device.label,
            "service": device.service,
            "enabled": device.enabled,
            "level": device.level,
            "created_at": iso(device.created_at),
        }


def _forget_notifications(user_id: int, with_messages: bool) -> None:
    for model in (Device, Preferences, RoomPreference, Notice, Trial):
        model.objects.filter(user_id=user_id).delete()


PARTS = [
    Part("account", _account),
    Part("sign-ins", _sessions, forget=_forget_sessions),
    Part("blocks", _blocks, forget=_forget_blocks),
    Part("rooms", _rooms),
    Part("messages", messages_of, forget=_forget_messages),
    Part("files", _files, _contents, _forget_files),
    Part("reactions", reactions_of),
    Part("decisions", _sanctions),
    Part("reports", _reports),
    Part("held-messages", _held, forget=_forget_held),
    Part("notifications", _notifications, forget=_forget_notifications),
    Part("export", forget=forget_export),
]
