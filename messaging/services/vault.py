"""What messages said before: kept for 30 days, for moderators alone, and then purged with its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from accounts.models import User
from core import clock, wire
from core.audit import record_private_read
from core.errors import NotFound
from messaging import store
from messaging.models import Kept
from messaging.store import Row
from rooms.models import Kind, Room
from rooms.services.access import load_rights

KEPT_FOR = timedelta(days=30)
COLUMNS = ("text", "mentions", "reactions", "has", "files", "previews")
BATCH = 500
PurgeFiles = Callable[[Sequence[int]], None]


def keep(row: Row, *, by_id: int, deleted: bool = False, part_of: int = 0) -> None:
    """Keep what the message says now, in the transaction that is about to replace it."""
    Kept.objects.create(
        message_id=row.id,
        room_id=row.room_id,
        author_id=row.author_id,
        text_rev=row.text_rev,
        contents=wire.encode_text({name: getattr(row, name) for name in COLUMNS}),
        by_id=by_id,
        deleted=deleted,
        part_of=part_of,
    )


def contents_of(kept: Kept) -> dict[str, Any]:
    """Return the columns that were kept."""
    contents: dict[str, Any] = msgspec.json.decode(kept.contents)
    return contents


def versions_of(message_id: int) -> list[Kept]:
    """Return what the message said before, oldest first. Who may see it is for the caller to know."""
    return list(Kept.objects.filter(message_id=message_id).order_by("text_rev"))


def kept_for(*, actor: User, message_id: int) -> list[Kept]:
    """Return what a message said before, for a moderator of its room. That the staff read what is private is recorded."""
    row = store.one(message_id)
    if row is None:
        raise NotFound()
    load_rights(actor.pk, row.room_id).require("moderate")
    found = versions_of(message_id)
    if found and actor.is_staff and row.author_id != actor.pk:
        _note_read(actor, row)
    return found


def _note_read(actor: User, row: Row) -> None:
    if not Room.objects.filter(pk=row.room_id, kind=Kind.PUBLIC).exists():
        record_private_read(
            actor_id=actor.pk, target="message", target_id=row.id, subject_id=row.author_id, room_id=row.room_id
        )


def last_deletion(message_id: int) -> Kept | None:
    """Return what is kept of a deleted message, unless it has been purged."""
    return Kept.objects.filter(message_id=message_id, deleted=True).order_by("-text_rev").first()


def purge(files_of: PurgeFiles) -> None:
    """Forget for good what has been kept for 30 days. `files_of` removes the files of those messages; it may run again."""
    horizon = clock.now() - KEPT_FOR
    while due := list(Kept.objects.filter(at__lt=horizon).order_by("at")[:BATCH]):
        files_of([kept.message_id for kept in due if kept.deleted])
        Kept.objects.filter(pk__in=[kept.pk for kept in due]).delete()
