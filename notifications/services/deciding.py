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
    place = {"user_id": user_id, "room_id": row.room_id}
    mine = Notice.objects.filter(**place, seq__lt=row.seq)
    about = {"seq": row.seq, "message_id": row.id}
    if mine.filter(due_at=None).update(**about, reason=reason, due_at=due_at, held_since=None):
        return Notice.objects.values_list("pk", flat=True).get(**place)
    if mine.update(**about, **({} if reason is Reason.ANY else {"reason": reason})):
        return None
    try:
        with atomic():
            return int(Notice.objects.create(**place, **about, reason=reason, due_at=due_at).pk)
    except IntegrityError:  # it is there: about this message or a later one
        return None
