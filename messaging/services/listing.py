"""The files and links of a room, newest first: its messages that have some."""

from __future__ import annotations

from heapq import merge
from itertools import islice, starmap

from accounts.models import User
from messaging.contents import Has
from messaging.models import Message
from messaging.serializers import RoomFilesOut, authors_of, message_out
from messaging.store import Row
from rooms.services.access import remembered

KINDS = {"image": Has.IMAGE, "file": Has.FILE, "link": Has.LINK}


def messages_with(*, actor: User, room_id: int, kind: str, before: int | None, limit: int) -> RoomFilesOut:
    """Return the messages below the place `before` that have an image, a file or a link."""
    remembered.now(actor.pk, room_id)
    # One walk along the index for each value that has the flag: none of them reads what it does not return.
    walks = [_walk(room_id, value, before, limit + 1) for value in KINDS[kind].values]
    rows = list(islice(merge(*walks, key=lambda row: -row.seq), limit + 1))
    shown = rows[:limit]
    return RoomFilesOut(
        messages=[message_out(row) for row in shown], users=authors_of(shown), has_before=len(rows) > limit
    )


def _walk(room_id: int, has: int, before: int | None, limit: int) -> list[Row]:
    found = Message.objects.filter(room_id=room_id, has=has, has__gt=0)
    if before is not None:
        found = found.filter(seq__lt=before)
    return list(starmap(Row, found.order_by("-seq").values_list(*Row._fields)[:limit]))
