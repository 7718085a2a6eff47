"""What one person said, for a copy of it and for its end. Nothing of it goes into the vault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core import clock
from core.db import atomic, retried, undo
from core.events import publish, room_topic
from messaging import search, store
from messaging.events import message_changed
from messaging.models import Attachment, Kept, Mention, Message, Purpose, Reaction, SpentKey, State
from messaging.serializers import MessageOut, message_out
from messaging.services.attaching import purge, purge_files
from messaging.services.changing import NOTHING_LEFT, Change
from messaging.store import Row
from rooms.services.counter import take_rev

BATCH = 100


def messages_of(user_id: int) -> Iterator[MessageOut]:
    """Yield what the person wrote and has not deleted, in slices of their own index."""
    last = ""
    while page := _page(user_id, last):
        for row in page:
            if row.deleted_at is None:
                yield message_out(row)
        last = page[-1].client_id


def _page(user_id: int, after: str) -> list[Row]:
    found = Message.objects.filter(author_id=user_id, client_id__gt=after).order_by("client_id")[:BATCH]
    return [Row(*columns) for columns in found.values_list(*Row._fields)]


def reactions_of(user_id: int) -> Iterator[dict[str, Any]]:
    last = 0
    while page := list(Reaction.objects.filter(user_id=user_id, pk__gt=last).order_by("pk")[:BATCH]):
        for one in page:
            yield {"message_id": str(one.message_id), "emoji": one.emoji, "created_at": clock.iso(one.created_at)}
        last = page[-1].pk


def erase_messages(user_id: int) -> None:
    """Leave a tombstone of everything the person wrote, each with the room's next `rev`; a second call finds the rest."""
    last = ""
    while page := _page(user_id, last):
        for row in page:
            if row.deleted_at is None:
                _erase(row)
        ids = [row.id for row in page]
        Kept.objects.filter(message_id__in=ids).delete()
        purge_files(ids)
        last = page[-1].client_id


@retried
def _erase(row: Row) -> None:
    with atomic():
        rev = take_rev(row.room_id)
        present = store.one(row.id)
        if present is None or present.deleted_at is not None:
            undo()
            return
        Mention.objects.filter(message_id=row.id).delete()
        Reaction.objects.filter(message_id=row.id).delete()
        search.forget([row.id])
        message = Change(present, rev).write(**NOTHING_LEFT, text_rev=rev, deleted_at=clock.now())
        publish(room_topic(row.room_id), message_changed("message.deleted", message))


def files_of(user_id: int) -> Iterator[Attachment]:
    """Yield the files the person sent that others can still see, or that wait to be sent."""
    last = 0
    mine = Attachment.objects.filter(owner_id=user_id, state=State.READY, removed_at=None)
    while page := list(mine.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from page
        last = page[-1].pk


def forget_keys(user_id: int) -> None:
    SpentKey.objects.filter(author_id=user_id).delete()


def forget_files(user_id: int) -> None:
    """Remove what belongs to no message: pictures of the person, and files that were never sent."""
    purge(Attachment.objects.filter(owner_id=user_id, purpose=Purpose.AVATAR))
    purge(Attachment.objects.filter(owner_id=user_id, purpose=Purpose.MESSAGE, attached_at=None))
