"""Thumbnails: drawn after the upload by a worker, and shown in the message by a change of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core import clock
from core.db import at_most_one
from core.errors import NotFound
from core.images.thumbnails import thumbnail
from core.jobs import DRAWING, job, later
from core.storage.chosen import store
from core.storage.names import BINARY, new_key
from messaging.contents import flags
from messaging.file_serializers import encoded, file_out, read_files
from messaging.models import Attachment, Purpose, State
from messaging.services.own_changes import change_by_itself
from messaging.store import Row

SIDE, SQUARE = 800, 256  # pixels
THUMBNAILS = "thumbnails"
TYPE = "image/webp"
OVERDUE = timedelta(minutes=5)
MOST_AT_ONCE = 200


@job(queue_name=DRAWING)
def draw(file_id: int) -> None:
    """Draw the thumbnail of a picture and show it in its message. One that cannot be drawn becomes a file to download."""
    file = at_most_one(Attachment.objects.filter(pk=file_id, state=State.READY, removed_at=None).exclude(due_at=None))
    if file is None:
        return
    if file.is_picture and not file.thumbnail:
        _draw(file)
    shown_in = at_most_one(Attachment.objects.filter(pk=file_id).values_list("message_id", flat=True)) or 0
    if shown_in:
        change_by_itself(shown_in, _as_drawn)
    # If it was attached in between, the job of that message shows it.
    Attachment.objects.filter(pk=file_id, message_id=shown_in).update(due_at=None)


def _draw(file: Attachment) -> None:
    try:
        data = b"".join(store().open(file.key))
    except NotFound:
        return
    square = file.purpose in (Purpose.AVATAR, Purpose.PICTURE)
    drawn = thumbnail(data, side=SQUARE if square else SIDE, shape="square" if square else "fit")
    if drawn is None:
        _only_a_file(file)
        return
    key = new_key(THUMBNAILS)
    store().write(key, [drawn], TYPE)
    if not Attachment.objects.filter(pk=file.pk, thumbnail="", removed_at=None).update(thumbnail=key):
        store().delete([key])  # somebody else was quicker, or it is gone


def _only_a_file(file: Attachment) -> None:
    """No browser is to try what could not be drawn here in little memory and time."""
    undrawn = Attachment.objects.filter(pk=file.pk, thumbnail="")
    undrawn.update(media_type=BINARY, width=0, height=0, moves=False)


def _as_drawn(row: Row) -> Mapping[str, Any]:
    """Return the message's files with the thumbnails there are by now, and what has them; nothing if that is shown."""
    shown = read_files(row.files)
    there = Attachment.objects.in_bulk([int(file.id) for file in shown])
    files = [file_out(there[int(file.id)]) if int(file.id) in there else file for file in shown]
    if files == shown:
        return {}
    return {"files": encoded(files), "has": flags(row.text, [file.width > 0 for file in files])}


def draw_overdue() -> None:
    """Do what a worker that was killed has left undone."""
    due = Attachment.objects.filter(due_at__lt=clock.now() - OVERDUE).order_by("due_at")
    for file_id in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        later(draw, file_id)
