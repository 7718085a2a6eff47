"""What happened between two moments, read from the tables that the chat works on.

An id holds the time it was made at, so a stretch of time is a range of primary keys on every database: no other index is
needed, and no table is read as a whole. Rows come a slice at a time, so that nobody waits for this and nothing is held open.
What counts as the time is `created_at`; the range of ids is read `SLACK` wider on either side, because an id is made a
moment before or after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Model

from accounts.models import User
from core.ids import first_id_at
from messaging.models import Attachment, Message, Purpose
from rooms.models import Kind, Room

SLICE = 5000  # rows
SLACK = timedelta(hours=1)
Values = tuple[Any, ...]


class Said(NamedTuple):
    room_id: int
    author_id: int
    at: datetime


def messages_between(start: datetime, end: datetime) -> Iterator[Said]:
    """Yield every message of the time, also those that were deleted since."""
    for room_id, author_id, at in _made_between(Message, start, end, "room_id", "author_id"):
        yield Said(room_id, author_id, at)


def files_between(start: datetime, end: datetime) -> dict[int, int]:
    """Return how many files were sent with messages in the time, by room, also those that were removed since."""
    sent = Attachment.objects.filter(attached_at__gte=start, attached_at__lt=end, purpose=Purpose.MESSAGE)
    return dict(sent.values_list("room_id").annotate(count=Count("pk")))


def messages_since(start: datetime) -> int:
    """Return how many messages were made since `start`, by their ids alone."""
    return Message.objects.filter(pk__gte=first_id_at(start)).count()


def sign_ups_between(start: datetime, end: datetime) -> int:
    return sum(1 for _ in _made_between(User, start, end))


def rooms_between(start: datetime, end: datetime) -> list[str]:
    """Return the kind of each room that was made in the time."""
    return [kind for kind, _ in _made_between(Room, start, end, "kind")]


def direct_among(room_ids: Iterable[int]) -> set[int]:
    """Return which of the rooms are direct conversations."""
    asked, found = list(room_ids), set[int]()
    for start in range(0, len(asked), 500):
        direct = Room.objects.filter(pk__in=asked[start : start + 500], kind=Kind.DIRECT)
        found.update(direct.values_list("pk", flat=True))
    return found


def beginning() -> datetime | None:
    """Return when the first thing happened that there is anything to count of."""
    models: tuple[type[Model], ...] = (User, Room, Message)
    first = [model._base_manager.order_by("pk").values_list("created_at", flat=True)[:1] for model in models]
    return min((at for found in first for at in found), default=None)


def _made_between(model: type[Model], start: datetime, end: datetime, *fields: str) -> Iterator[Values]:
    """Yield these fields of the rows that were made then, with the time as the last one."""
    if start >= end:
        return
    after, before = first_id_at(start - SLACK) - 1, first_id_at(end + SLACK)
    while True:
        rows = model._base_manager.filter(pk__gt=after, pk__lt=before).order_by("pk")
        slice_ = list(rows.values_list(*fields, "created_at", "pk")[:SLICE])
        yield from (row[:-1] for row in slice_ if start <= row[-2] < end)
        if len(slice_) < SLICE:
            return
        after = slice_[-1][-1]
