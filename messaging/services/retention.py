"""Rooms that keep their messages for some days only: what is older goes for good, with its files, slice by slice.

The rows themselves go, so that nobody pages through thousands of tombstones. Clients learn it from the room: what is below
`history_from` is no more. One `rev` tells of a whole slice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from core import clock
from core.db import atomic, retried
from core.events import publish, room_topic
from messaging import search
from messaging.models import Kept, Mention, Message, Reaction, SpentKey
from rooms.events import room_updated
from rooms.models import Room
from rooms.serializers import room_out
from rooms.services.counter import take_rev

SLICE = 200  # messages in a transaction, which nobody in the room can write beside
PurgeFiles = Callable[[Sequence[int]], None]


def apply_retention(purge_files: PurgeFiles) -> int:
    """Remove what is older than its room keeps; return how many messages went. `purge_files` may be called again."""
    rooms = Room.objects.filter(retention_days__gt=0).order_by("pk").values_list("pk", flat=True)
    return sum(purge_room(room_id, purge_files) for room_id in list(rooms))


def purge_room(room_id: int, purge_files: PurgeFiles) -> int:
    gone = 0
    while slice_ := _purge_slice(room_id, purge_files):
        gone += slice_
    return gone


@retried
def _purge_slice(room_id: int, purge_files: PurgeFiles) -> int:
    ids, last = _oldest(room_id)
    if not ids:
        return 0
    purge_files(ids)  # before the rows that name them: interrupted here, the next run begins with the same ones
    with atomic():
        rev = take_rev(room_id)
        for model in (Mention, Reaction, Kept):
            model.objects.filter(message_id__in=ids).delete()
        search.forget(ids)
        _keep_keys(ids)
        Message.objects.filter(pk__in=ids).delete()
        room = Room.objects.get(pk=room_id)
        room.history_from, room.settings_rev = last + 1, rev
        room.save(update_fields=["history_from", "settings_rev"])
        publish(room_topic(room_id), room_updated(room_out(room)))
    return len(ids)


def _keep_keys(ids: Sequence[int]) -> None:
    """Keep by which keys these were sent, so that a retry that comes late does not send one again."""
    keys = set(Message.objects.filter(pk__in=list(ids)).values_list("author_id", "client_id"))
    spent = SpentKey.objects.filter(client_id__in=[key for _, key in keys]).values_list("author_id", "client_id")
    SpentKey.objects.bulk_create([SpentKey(author_id=author, client_id=key) for author, key in keys - set(spent)])


def _oldest(room_id: int) -> tuple[list[int], int]:
    """Return the first messages of the room that are too old, by their places, and the last one's place."""
    room = Room.objects.get(pk=room_id)
    if not room.retention_days:
        return [], 0
    horizon = clock.now() - timedelta(days=room.retention_days)
    page = Message.objects.filter(room_id=room_id).order_by("seq").values_list("pk", "seq", "created_at")[:SLICE]
    old: list[tuple[int, int]] = []
    for pk, seq, created_at in page:
        if created_at >= horizon:
            break
        old.append((pk, seq))
    return [pk for pk, _ in old], old[-1][1] if old else 0
