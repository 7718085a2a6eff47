"""Files of messages: chosen when one is sent, taken out with it, kept for moderators, purged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from core import clock
from core.db import atomic
from core.errors import Invalid, NotFound
from core.jobs import later
from core.storage.chosen import store
from messaging.file_serializers import FileOut, read_files, read_previews
from messaging.models import Attachment, Purpose, State
from messaging.services.drawing import draw
from messaging.store import Row

# Given ids of files, returns those that somebody else still needs.
Needed = Callable[[Collection[int]], set[int]]


def files_to_send(owner_id: int, room_id: int, file_ids: Sequence[int]) -> list[Attachment]:
    """Return the files in the given order; raise `NotFound` unless all are the author's own, for this room and unused."""
    if not file_ids:
        return []
    if len(set(file_ids)) < len(file_ids):
        raise Invalid(fields={"files": ["Each file once."]})
    found = Attachment.objects.filter(
        owner_id=owner_id,
        room_id=room_id,
        purpose=Purpose.MESSAGE,
        state=State.READY,
        attached_at=None,
        removed_at=None,
    ).in_bulk(list(file_ids))
    if len(found) < len(file_ids):
        raise NotFound()
    return [found[file_id] for file_id in file_ids]


def attach(row: Row, files: Sequence[Attachment]) -> None:
    """Make the files those of a message, in its transaction. Raise `NotFound` if another one was quicker."""
    if not files:
        return
    ids = [file.pk for file in files]
    free = Attachment.objects.filter(pk__in=ids, attached_at=None)
    if free.update(message_id=row.id, attached_at=row.created_at) < len(ids):
        raise NotFound()
    undrawn = [file.pk for file in files if file.is_picture and not file.thumbnail]
    if undrawn:
        # Drawn since it was read, perhaps: whoever drew it did not know the message.
        Attachment.objects.filter(pk__in=undrawn).update(due_at=row.created_at)
        for file_id in undrawn:
            later(draw, file_id)


def take_out(message_id: int, moment: datetime, *, keep: Collection[int] = ()) -> None:
    """Put the files of a message out of everybody's reach, all but those to keep, in the caller's transaction."""
    there = Attachment.objects.filter(message_id=message_id, removed_at=None)
    there.exclude(pk__in=list(keep)).update(removed_at=moment)


def files_staying(shown: Sequence[FileOut], wanted: Sequence[int] | None) -> list[FileOut]:
    """Return the files of a message that an edit leaves; raise `NotFound` for one that is not among them."""
    if wanted is None:
        return list(shown)
    ids = {str(file_id) for file_id in wanted}
    if ids - {file.id for file in shown}:
        raise NotFound()
    return [file for file in shown if file.id in ids]


def files_taken_out(message_id: int) -> list[Attachment]:
    """Return what moderators may still look at: the files a message had when it was deleted or was edited out of it."""
    taken = Attachment.objects.filter(message_id=message_id).exclude(removed_at=None)
    return sorted(taken, key=lambda file: file.pk)


def bring_back(row: Row) -> None:
    """Let everybody have the files again that the message shows again, in the caller's transaction."""
    images = [preview.image for preview in read_previews(row.previews) if preview.image]
    shown = [file.id for file in read_files(row.files)] + [image.id for image in images]
    if shown:
        Attachment.objects.filter(pk__in=list(map(int, shown)), message_id=row.id).update(removed_at=None)


def none_needed(file_ids: Collection[int]) -> set[int]:
    return set()


def purge_files(message_ids: Iterable[int], needed: Needed = none_needed) -> None:
    """Remove the files of these messages for ever, from the store first: what is left is found by the next purge.

    Those still `needed` are put out of everybody's reach, where `collect_files` finds them when they no longer are.
    """
    files = list(Attachment.objects.filter(message_id__in=list(message_ids)))
    spared = needed([file.pk for file in files])
    purge(file for file in files if file.pk not in spared)
    Attachment.objects.filter(pk__in=list(spared), removed_at=None).update(removed_at=clock.now())


def purge(files: Iterable[Attachment]) -> None:
    gone = list(files)
    store().delete([key for file in gone for key in (file.key, file.thumbnail) if key])
    with atomic():
        Attachment.objects.filter(pk__in=[file.pk for file in gone]).delete()
