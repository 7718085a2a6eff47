"""A file on its way: asked for, sent to the store by the browser itself, then looked at before anybody gets to see it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import NoReturn

from django.conf import settings

from accounts.models import User
from accounts.services.standing import require_voice
from core import clock
from core.db import at_most_one
from core.errors import Conflict, Invalid, NotFound, TooLarge
from core.images import boxes
from core.images.sniffing import MOST_READ, READERS, Sniffed, media_type, picture_in
from core.jobs import later
from core.limits import Limit, spend
from core.storage.chosen import store
from core.storage.contract import Stored
from core.storage.names import BINARY, checked_type, new_key, safe_filename
from messaging.file_serializers import FileOut, PartOut, UploadOut, file_out
from messaging.models import Attachment, Purpose, State
from messaging.services.drawing import draw
from messaging.services.space import require_space
from rooms.services.access import muted_in_room, remembered

UPLOADS = Limit("upload", times=120, seconds=3600)
COMPLETIONS = Limit("upload.complete", times=240, seconds=3600)
ALLOWED_FOR = timedelta(minutes=5)
# What is lost with a connection is at most one part. Kept one by one, whole, under keys of their own.
PART = 8 * 1024 * 1024  # bytes
DESCRIBED = ("state", "media_type", "width", "height", "size", "moves", "due_at")
UPLOADS_FOLDER, FILES_FOLDER = "uploads", "files"
# Pictures are looked at whole, in memory: a few at a time.
_looking = threading.BoundedSemaphore(4)


def ask_upload(
    *, actor: User, purpose: str, room_id: int | None, name: str, size: int, media_type: str = ""
) -> UploadOut:
    """Allow the actor to send one file of exactly `size` bytes to the store, for a room or for a picture.

    `media_type` is what the browser takes it for: the upload is bound to it, and nothing believes it.
    Raises `TooLarge`, `Conflict` (`files.full`), and what posting (or changing the room's settings) would raise.
    """
    _require_allowed(actor, purpose, room_id)
    if size > settings.LARGEST_FILE:
        raise TooLarge(data={"most": settings.LARGEST_FILE})
    spend(UPLOADS, actor.pk)
    file = Attachment.objects.create(
        owner=actor,
        purpose=purpose,
        key=new_key(FILES_FOLDER),
        name=safe_filename(name),
        media_type=_bound_type(media_type),
        size=size,
        room_id=room_id or 0,
    )
    require_space(file)
    return _upload(file)


def _require_allowed(actor: User, purpose: str, room_id: int | None) -> None:
    if (room_id is None) != (purpose == Purpose.AVATAR):
        raise Invalid(fields={"room_id": ["Files are for a room, avatars for none."]})
    if room_id is None:
        require_voice(actor, muted_in_room(actor.pk))
    else:
        rights = remembered.now(actor.pk, room_id)
        rights.require("post" if purpose == Purpose.MESSAGE else "change_settings")


def _bound_type(claimed: str) -> str:
    try:
        return checked_type(claimed.partition(";")[0].strip().lower())
    except Invalid:
        return BINARY


def resume_upload(*, actor: User, file_id: int) -> UploadOut:
    """Return which parts have arrived, and new leave to send the others."""
    return _upload(_on_its_way(actor, file_id))


def cancel_upload(*, actor: User, file_id: int) -> None:
    """Forget a file that is in no message yet; one that is in a message stays. Raises `NotFound` for what is not theirs."""
    file = _own(actor, file_id)
    if Attachment.objects.filter(pk=file.pk, attached_at=None).delete()[0]:
        store().delete([*part_keys(file), file.key, *([file.thumbnail] if file.thumbnail else [])])


def complete_upload(*, actor: User, file_id: int) -> FileOut:
    """Check what has really arrived, and make it a file that can be sent. Doing it twice is fine.

    Raises `Conflict`: `upload.incomplete` (send the rest and try again), `upload.refused` (not what was announced).
    """
    file = _own_here(actor, file_id)
    if file.state == State.READY:
        return file_out(file)
    _on_its_way(actor, file_id)
    spend(COMPLETIONS, actor.pk)
    _gather(file)
    return file_out(_described(file))


def _own(actor: User, file_id: int) -> Attachment:
    file = at_most_one(Attachment.objects.filter(pk=file_id, owner_id=actor.pk, removed_at=None))
    if file is None or file.purpose == Purpose.PREVIEW:
        raise NotFound()
    return file


def _own_here(actor: User, file_id: int) -> Attachment:
    """Return a file of theirs for a room they are still in, or for none."""
    file = _own(actor, file_id)
    if file.room_id:
        remembered.now(actor.pk, file.room_id)
    return file


def _on_its_way(actor: User, file_id: int) -> Attachment:
    file = _own_here(actor, file_id)
    if file.state == State.REFUSED:
        raise Conflict("upload.refused")
    if file.state != State.PENDING:
        raise Conflict("upload.complete")
    return file


def _upload(file: Attachment) -> UploadOut:
    sizes, kept = _sizes(file), store()
    parts = []
    for number, key in enumerate(part_keys(file)):
        ask = kept.ask_upload(key, size=sizes[number], content_type=file.media_type, expires=ALLOWED_FOR)
        found = kept.stat(key)
        parts.append(
            PartOut(
                number=number,
                offset=number * PART,
                size=sizes[number],
                done=found is not None and found.size == sizes[number],
                method=ask.method,
                url=ask.url,
                headers=ask.headers,
            )
        )
    return UploadOut(id=str(file.pk), parts=parts, expires_in=int(ALLOWED_FOR.total_seconds()))


def _sizes(file: Attachment) -> list[int]:
    whole, rest = divmod(file.size, PART)
    return [PART] * whole + ([rest] if rest else [])


def part_keys(file: Attachment) -> list[str]:
    """Return where the parts of a file are on their way."""
    word = file.key.rpartition("/")[2]
    return [f"{UPLOADS_FOLDER}/{word[:2]}/{word}-{number}" for number in range(len(_sizes(file)))]


def _gather(file: Attachment) -> None:
    """Put the parts together where no upload can reach them any more."""
    kept, keys = store(), part_keys(file)
    found = [kept.stat(key) for key in keys]
    there = [one for one in found if one is not None]
    if len(there) < len(keys):
        if kept.stat(file.key) is None:  # unless an earlier try got that far
            raise Conflict("upload.incomplete")
    elif [one.size for one in there] != _sizes(file):
        _refuse(file)
    else:
        _put_together(file, keys, there)


def _put_together(file: Attachment, keys: list[str], parts: list[Stored]) -> None:
    try:
        if len(keys) == 1:
            store().move(keys[0], file.key, etag=parts[0].etag)
        else:
            store().write(file.key, _joined(keys, file.size), file.media_type)
            store().delete(keys)
    except NotFound:  # it was sent anew in between
        raise Conflict("upload.incomplete") from None


def _joined(keys: list[str], size: int) -> Iterator[bytes]:
    for key in keys:
        for chunk in store().open(key):
            size -= len(chunk)
            if size < 0:  # changed since it was measured
                raise NotFound()
            yield chunk


def _described(file: Attachment) -> Attachment:
    """Note what the file is by its bytes. Its picture, if it is one, keeps nothing of what it told about its maker."""
    found = _looked_at(file)
    if found.picture is None and file.purpose != Purpose.MESSAGE:
        _refuse(file)
    file.state, file.media_type = State.READY, found.media_type
    if found.picture is not None:
        file.width, file.height, file.moves = found.picture.width, found.picture.height, found.picture.moves
        file.size, file.due_at = len(found.picture.data), clock.now()
    values = {column: getattr(file, column) for column in DESCRIBED}
    if not Attachment.objects.filter(pk=file.pk, state=State.PENDING).update(**values):
        return _done_meanwhile(file)
    if file.is_picture:
        later(draw, file.pk)
    return file


def _done_meanwhile(file: Attachment) -> Attachment:
    found = at_most_one(Attachment.objects.filter(pk=file.pk, state=State.READY))
    if found is None:
        raise NotFound()
    return found


def _looked_at(file: Attachment) -> Sniffed:
    kind = media_type(store().read(file.key, 0, MOST_READ))
    if kind not in READERS and kind not in boxes.TYPES:
        return Sniffed(kind)
    with _looking:
        data = b"".join(store().open(file.key))
        found = picture_in(data, kind) if kind in READERS else Sniffed(kind)
        untold = _untold(found, data)
        if untold != data:
            store().write(file.key, [untold], kind)
    return found


def _untold(found: Sniffed, data: bytes) -> bytes:
    """Return the file's bytes without a word about its maker, for those kinds where that can be told apart."""
    if found.picture is not None:
        return found.picture.data
    return boxes.untold(data) if found.media_type in boxes.TYPES else data


def _refuse(file: Attachment) -> NoReturn:
    """Drop what is not what was announced."""
    Attachment.objects.filter(pk=file.pk, state=State.PENDING).update(state=State.REFUSED, size=0)
    store().delete([*part_keys(file), file.key])
    raise Conflict("upload.refused")
