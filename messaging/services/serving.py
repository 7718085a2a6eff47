"""From the stable address of a file to the store, for whoever may see it at this very moment."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from core.db import at_most_one
from core.errors import NotFound
from core.images.sniffing import is_played
from core.storage.chosen import store
from messaging.models import Attachment, Purpose, State
from messaging.services.drawing import TYPE
from rooms.models import Kind, Room
from rooms.services.access import remembered

LINK_LIVES = timedelta(seconds=60)


def link_to(*, actor: User, file_id: int, download: bool = False) -> str:
    """Return a URL of the store that gives the file for a minute; `NotFound` for whoever may not see it now."""
    return _link(_visible(actor, file_id), download=download)


def link_to_thumbnail(*, actor: User, file_id: int) -> str:
    return _link_to_thumbnail(_visible(actor, file_id))


def link_for_moderators(*, file_id: int) -> str:
    """Return a URL of a file also after it was removed. Who may ask is for the caller to decide."""
    return _link(_still_there(file_id))


def thumbnail_for_moderators(*, file_id: int) -> str:
    return _link_to_thumbnail(_still_there(file_id))


def _link(file: Attachment, *, download: bool = False) -> str:
    shown = file.is_picture or is_played(file.media_type)
    return store().signed_download(
        file.key,
        filename=file.name,
        content_type=file.media_type,
        expires=LINK_LIVES,
        inline=shown and not download,
    )


def _link_to_thumbnail(file: Attachment) -> str:
    if not file.thumbnail:
        raise NotFound()
    return store().signed_download(
        file.thumbnail, filename=f"{file.name}.webp", content_type=TYPE, expires=LINK_LIVES, inline=True
    )


def _still_there(file_id: int) -> Attachment:
    file = at_most_one(Attachment.objects.filter(pk=file_id, state=State.READY))
    if file is None:
        raise NotFound()
    return file


def _visible(actor: User, file_id: int) -> Attachment:
    file = at_most_one(Attachment.objects.filter(pk=file_id, state=State.READY, removed_at=None))
    if file is None:
        raise NotFound()
    if file.attached_at is None:
        if file.owner_id != actor.pk:
            raise NotFound()
    elif file.purpose == Purpose.PICTURE:
        _require_sees_room(actor, file.room_id)
    elif file.purpose != Purpose.AVATAR:
        remembered.now(actor.pk, file.room_id)
    return file


def _require_sees_room(actor: User, room_id: int) -> None:
    if not Room.objects.filter(pk=room_id, kind=Kind.PUBLIC).exists():
        remembered.now(actor.pk, room_id)
