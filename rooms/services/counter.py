"""The room's one counter: it orders every durable change, and its stamp tells what a process may still believe."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import F

from core import clock
from core.db import at_most_one, on_commit
from core.errors import NotFound
from core.stamps import Away, stamps
from rooms import heads
from rooms.heads import Head, Places
from rooms.models import Membership, Room

COUNTERS = ("pk", "rev", "access_rev")


def take_rev(room_id: int, *, alters_access: bool = False) -> int:
    """Take the room's next `rev` in the caller's transaction, which from then on is alone in changing the room.

    Commit order is therefore number order. Raises `NotFound` when there is no such room.
    """
    head = heads.advance(room_id, alters_access=alters_access)
    if head is None:
        raise NotFound()
    _tell(room_id, head)
    return head.rev


def take_guarded_rev(room_id: int, access_rev: int, *, message_at: datetime | None = None) -> int | None:
    """Take the next `rev` if rights in the room still are as of `access_rev`, else return None and change nothing.

    With `message_at` it also becomes the room's last message.
    """
    if message_at is None:
        head = heads.advance_guarded(room_id, access_rev)
    else:
        head = heads.place_message(room_id, access_rev, message_at)
    if head is None:
        return None
    _tell(room_id, head)
    return head.rev


def take_places(wanted: Sequence[Places], at: datetime) -> dict[int, int] | None:
    """Take the next revs of several rooms, one for each of their messages; return the last one of each.

    None, with the transaction to be undone, if rights in any of them are no longer as given.
    """
    reached = heads.place_messages(wanted, at)
    if len(reached) < len(wanted):
        return None
    on_commit(lambda: raise_heads(reached))
    return {room_id: head.rev for room_id, head in reached.items()}


def _tell(room_id: int, head: Head) -> None:
    on_commit(lambda: raise_heads({room_id: head}))  # registered first: before anybody is told, and before the answer


def raise_access(user_id: int, known: Sequence[int]) -> None:
    """Make every process decide anew what this person may do, in all their rooms. Begin the change's transaction with it.

    `known`: their rooms, read before the transaction. What is written first has the least time to meet a message that is
    being sent: on MongoDB whoever comes second begins again, and a busy room would keep a late writer from ever ending.
    """
    _raise_access_in(known)
    mine = Membership.objects.filter(user_id=user_id, left_at=None)
    others = set(mine.values_list("room_id", flat=True)) - set(known)
    _raise_access_in(others)
    mine.update(changed_at=clock.now())
    rows = Room.objects.filter(pk__in=[*known, *others]).values_list(*COUNTERS)
    moved = {pk: Head(rev, access) for pk, rev, access in rows}
    on_commit(lambda: raise_heads(moved))


def raise_access_in(room_id: int) -> None:
    """Make every process decide anew what people may do in this room, by a change that is no part of its order."""
    _raise_access_in([room_id])
    row = Room.objects.filter(pk=room_id).values_list(*COUNTERS)
    moved = {pk: Head(rev, access) for pk, rev, access in row}
    on_commit(lambda: raise_heads(moved))


def _raise_access_in(room_ids: Collection[int]) -> None:
    Room.objects.filter(pk__in=room_ids).update(access_rev=F("access_rev") + 1)


def raise_heads(reached: dict[int, Head]) -> None:
    """Tell every process that these counters were reached."""
    values = {f"room:{room_id}": head.rev for room_id, head in reached.items()}
    stamps().raise_to(values | {f"access:{room_id}": head.access_rev for room_id, head in reached.items()})


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
    row = at_most_one(Room.objects.filter(pk=room_id).values_list("rev", "access_rev"))
    return None if row is None else Head(*row)
