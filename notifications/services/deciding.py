"""Who is to be told of a message. One job for each message, which may run any number of times."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from core import clock
from core.db import atomic
from core.jobs import job, later
from messaging import store
from messaging.serializers import message_out
from messaging.store import Row
from notifications.models import Notice
from notifications.rules import Reason, reason_for
from notifications.services.interest import read_interest
from notifications.services.surroundings import without_blocking
from notifications.services.telling import tell


@job()
def notify_message(message_id: int) -> None:
    """Note for everybody concerned that they are to be told, and have them told."""
    row = store.one(message_id)
    if row is None or row.deleted_at is not None:
        return
    now = clock.now()
    for user_id, reason in recipients(row).items():
        notice_id = note(row, user_id, reason, now)
        if notice_id:
            later(tell, notice_id)


def recipients(row: Row) -> dict[int, Reason]:
    """Return whom the message concerns and why: members at this moment, as they want it, without who blocked the author."""
    interest = read_interest(row.room_id)
    others = without_blocking(row.author_id, interest.called - {row.author_id})
    mentions = message_out(row).mentions
    mentioned, answered = frozenset(map(int, mentions.user_ids)), _answered(row)
    reasons = {
        user_id: reason_for(user_id, mentioned=mentioned, whole_room=mentions.room, answered=answered)
        for user_id in others
    }
    return {
        user_id: reason
        for user_id, reason in reasons.items()
        if reason is not Reason.ANY or user_id in interest.everything
    }


def _answered(row: Row) -> int | None:
    """Return who wrote what this is a reply to."""
    found = store.many(row.room_id, [row.reply_to]) if row.reply_to else []
    return found[0].author_id if found else None


def note(row: Row, user_id: int, reason: Reason, due_at: datetime) -> int | None:
    """Let the person's notice of the room be about this message, unless it is about a later one or this one already.

    Returns its id if somebody has to tell it: one that waits or is just being told is taken up with the new message.
    """
    about = {"seq": row.seq, "message_id": row.id}
    if Notice.objects.filter(user_id=user_id, room_id=row.room_id).exists():
        return _moved_on(user_id, row.room_id, about, reason, due_at)
    try:
        with atomic():
            made = Notice.objects.create(user_id=user_id, room_id=row.room_id, **about, reason=reason, due_at=due_at)
            return int(made.pk)
    except IntegrityError:  # another worker has just made it, perhaps about an earlier message
        return _moved_on(user_id, row.room_id, about, reason, due_at)


def _moved_on(user_id: int, room_id: int, about: dict[str, int], reason: Reason, due_at: datetime) -> int | None:
    """Move the notice that is there on to a later message; return its id if nobody is telling it yet."""
    place = {"user_id": user_id, "room_id": room_id}
    earlier = Notice.objects.filter(**place, seq__lt=about["seq"])
    if earlier.filter(due_at=None).update(**about, reason=reason, due_at=due_at, held_since=None):
        return Notice.objects.values_list("pk", flat=True).get(**place)
    earlier.update(**about, **({} if reason is Reason.ANY else {"reason": reason}))
    return None
