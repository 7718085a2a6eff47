"""Avatars and room pictures: files like others, drawn square, seen wherever the person or the room is."""

from __future__ import annotations

from accounts.models import User
from accounts.services import profile
from accounts.services.standing import require_voice
from core import clock
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, NotFound
from messaging.file_serializers import thumbnail_url
from messaging.models import Attachment, Purpose, State
from messaging.services.drawing import draw
from rooms.models import Room
from rooms.services import rooms
from rooms.services.access import muted_in_room, room_ids_of


def set_avatar(*, actor: User, file_id: int | None) -> User:
    """Show one's uploaded picture to everybody, or none. The one before goes."""
    require_voice(actor, muted_in_room(actor.pk))
    file = _drawn(actor, file_id, Purpose.AVATAR, 0) if file_id is not None else None
    _wear(actor, file)
    return actor


def set_room_picture(*, actor: User, room_id: int, file_id: int | None) -> Room:
    """Show an uploaded picture for the room, or none. The one before goes."""
    file = _drawn(actor, file_id, Purpose.PICTURE, room_id) if file_id is not None else None
    return _hang(actor, room_id, file)


@retried
def _wear(actor: User, file: Attachment | None) -> None:
    with atomic():
        # As it is now: of two pictures set at once, the one that lost must go too.
        actor.refresh_from_db(fields=["avatar"])
        picture = _taken(file)
        before = profile.set_avatar(actor=actor, avatar=picture, rooms=room_ids_of(actor.pk))
        _let_go(before, picture)


@retried
def _hang(actor: User, room_id: int, file: Attachment | None) -> Room:
    with atomic():
        picture = _taken(file)
        room, before = rooms.set_picture(actor=actor, room_id=room_id, picture=picture)
        _let_go(before, picture)
        return room


def _drawn(actor: User, file_id: int, purpose: Purpose, room_id: int) -> Attachment:
    """Return the actor's own picture, with its square drawn."""
    mine = Attachment.objects.filter(
        pk=file_id, owner_id=actor.pk, purpose=purpose, room_id=room_id, state=State.READY, removed_at=None
    )
    file = at_most_one(mine)
    if file is None:
        raise NotFound()
    if not file.thumbnail:
        draw.func(file.pk)
        file = at_most_one(mine)
    if file is None or not file.thumbnail:
        raise Conflict("upload.refused")
    return file


def _taken(file: Attachment | None) -> str:
    """Return the address of the picture, no longer to be collected, in the transaction that shows it."""
    if file is None:
        return ""
    Attachment.objects.filter(pk=file.pk, attached_at=None).update(attached_at=clock.now())
    if not Attachment.objects.filter(pk=file.pk, removed_at=None).exclude(attached_at=None).exists():
        raise NotFound()  # cancelled or collected in between
    return thumbnail_url(file.pk)


def _let_go(before: str, now: str) -> None:
    """Put the file at the address `before` out of reach: nothing shows it any more."""
    if before and before != now:
        file_id = int(before.split("/")[2])
        Attachment.objects.filter(pk=file_id, removed_at=None).update(removed_at=clock.now())
