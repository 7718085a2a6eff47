"""Messages whose job was lost (a process killed between the commit and the queue): found again by looking at what is new."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from redis.exceptions import RedisError

from core import clock
from core.ids import first_id_at
from core.jobs import later
from messaging.models import Message
from messaging.serializers import message_out
from messaging.store import Row
from notifications.models import Notice
from notifications.services.deciding import notify_message
from notifications.services.interest import interests
from notifications.services.watching import concerned

SEEN = "notifications/seen"
AT_MOST = timedelta(minutes=20)
SETTLED = timedelta(minutes=1)  # younger ones may still be on their way
MOST = 5_000


def find_missed() -> None:
    """Look at the messages since the last look; enqueue again those of which somebody was never told."""
    now = clock.now()
    start, end = max(_seen(), first_id_at(now - AT_MOST)), first_id_at(now - SETTLED)
    found = Message.objects.filter(pk__gte=start, pk__lt=end, deleted_at=None).order_by("pk")
    rows = [Row(*values) for values in found.values_list(*Row._fields)[:MOST]]
    for row in rows:
        if _was_missed(row):
            later(notify_message, row.id)
    _remember(rows[-1].id + 1 if len(rows) == MOST else end)


def _was_missed(row: Row) -> bool:
    interest = interests.of(row.room_id)
    if not interest.called:
        return False
    answered = set(interest.called) if row.reply_to else set()
    people = concerned(interest, message_out(row), answered)
    told = Notice.objects.filter(room_id=row.room_id, user_id__in=people, seq__gte=row.seq)
    return bool(people) and told.count() < len(people)


def _seen() -> int:
    try:
        return int(cache.get(SEEN) or 0)
    except RedisError:
        return 0


def _remember(message_id: int) -> None:
    try:
        cache.set(SEEN, message_id, timeout=None)
    except RedisError:
        return  # the next look begins twenty minutes ago
