"""Changes of a message that the server makes by itself: a thumbnail is ready, a link has been looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.db import atomic, retried, undo
from core.events import publish, room_topic
from messaging import store
from messaging.events import message_changed
from messaging.models import Message
from messaging.serializers import message_out
from messaging.store import Row
from rooms.services.counter import take_rev


@retried
def change_by_itself(message_id: int, decide: Callable[[Row], Mapping[str, Any]]) -> None:
    """Write the columns that `decide` makes of the present message; everybody in the room hears it. Nothing: no change.

    The `rev` is taken before the message is read: what is decided on stays true until the commit. Deleted messages stay
    as they are.
    """
    found = store.one(message_id)
    if found is None:
        return
    with atomic():
        rev = take_rev(found.room_id)
        row = store.one(message_id)
        columns = decide(row) if row is not None and row.deleted_at is None else {}
        if row is None or not columns:
            undo()
            return
        Message.objects.filter(pk=message_id).update(**columns, rev=rev)
        changed = message_out(row._replace(**columns, rev=rev))
        publish(room_topic(row.room_id), message_changed("message.updated", changed))
