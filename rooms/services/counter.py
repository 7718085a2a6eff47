"""The room's one counter: it orders every durable change, and its stamp tells what a process may still believe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F

from core import clock
from core.db import on_commit
from core.errors import NotFound
from core.stamps import Away, stamps
from rooms.models import Membership, Room

# One statement takes the number and, as `guard`, checks that nobody's rights have changed since they were remembered.
TAKE_REV = """
UPDATE rooms_room SET rev = rev + 1, access_rev = access_rev + %s WHERE id = %s RETURNING rev, access_rev
"""
TAKE_PLACE = """
UPDATE rooms_room SET rev = rev + 1, last_seq = rev + 1, last_message_at = %s
WHERE id = %s AND access_rev = %s RETURNING rev, access_rev
"""
TAKE_GUARDED = "UPDATE rooms_room SET rev = rev + 1 WHERE id = %s AND access_rev = %s RETURNING rev, access_rev"


class Head(NamedTuple):
    """Where a room's counters stand: everything acknowledged is at or below."""

    rev: int
    access_rev: int


def take_rev(room_id: int, *, alters_access: bool = False) -> int:
    """Take the room's next `rev` in the caller's transaction, which from then on is alone in changing the room.

    Commit order is therefore number order. Raises `NotFound` when there is no such room.
    """
    head = _taken(room_id, TAKE_REV, [int(alters_access), room_id])
    if head is None:
        raise NotFound()
    return head.rev


def take_guarded_rev(room_id: int, access_rev: int, *, message_at: datetime | None = None) -> int | None:
    """Take the next `rev` if rights in the room still are as of `access_rev`, else return None and change nothing.

    With `message_at` it also becomes the room's last message.
    """
    if message_at is None:
        head = _taken(room_id, TAKE_GUARDED, [room_id, access_rev])
    else:
        moment = connection.ops.adapt_datetimefield_value(message_at)
        head = _taken(room_id, TAKE_PLACE, [moment, room_id, access_rev])
    return None if head is None else head.rev


def _taken(room_id: int, statement: str, values: Sequence[Any]) -> Head | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        return None
    head = Head(int(row[0]), int(row[1]))
    on_commit(lambda: raise_heads({room_id: head}))  # registered first: before anybody is told, and before the answer
    return head


def raise_access(user_id: int) -> None:
    """Make every process decide anew what this person may do, in all their rooms. Call it in the change's transaction."""
    mine = Membership.objects.filter(user_id=user_id, left_at=None)
    ids = list(mine.values_list("room_id", flat=True))
    Room.objects.filter(pk__in=ids).update(access_rev=F("access_rev") + 1)
    mine.update(changed_at=clock.now())
    heads = {pk: Head(rev, access) for pk, rev, access in Room.objects.filter(pk__in=ids).values_list(*COUNTERS)}
    on_commit(lambda: raise_heads(heads))


COUNTERS = ("pk", "rev", "access_rev")


def raise_heads(heads: dict[int, Head]) -> None:
    """Tell every process that these counters were reached."""
    values = {f"room:{room_id}": head.rev for room_id, head in heads.items()}
    stamps().raise_to(values | {f"access:{room_id}": head.access_rev for room_id, head in heads.items()})


def head_of(room_id: int) -> Head | None:
    """Return where the room stands, without the database where that is known; None when there is no such room.

    Never behind a change that was acknowledged.
    """
    try:
        rev, access_rev = stamps().read(f"room:{room_id}", f"access:{room_id}")
    except Away:
        return _read_head(room_id)
    if rev is None or access_rev is None:
        head = _read_head(room_id)
        if head is not None:
            raise_heads({room_id: head})
        return head
    return Head(int(rev), int(access_rev))


def _read_head(room_id: int) -> Head | None:
    row = Room.objects.filter(pk=room_id).values_list("rev", "access_rev").first()
    return None if row is None else Head(*row)
