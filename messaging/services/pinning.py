"""What a room keeps at hand: its pinned messages."""

from __future__ import annotations

from accounts.models import User
from core import clock
from core.db import retried, undo
from core.errors import Conflict
from core.events import publish, room_topic
from messaging import store
from messaging.events import message_pinned
from messaging.models import Message
from messaging.serializers import MessageOut, PinnedOut, authors_of, message_out
from messaging.services.changing import changing
from rooms.services.access import membership_of

MOST_PINNED = 50


@retried
def pin_message(*, actor: User, message_id: int) -> MessageOut:
    """Pin for everybody in the room; one that is pinned stays as it is. At most 50 in a room."""
    with changing(actor, message_id) as change:
        change.require_present()
        change.rights.require("pin")
        if change.row.pinned_by:
            undo()
            return message_out(change.row)
        if len(_pinned_ids(change.row.room_id)) >= MOST_PINNED:
            raise Conflict("limit.reached")
        message = change.write(pinned_by=actor.pk, pinned_at=clock.now())
        publish(room_topic(change.row.room_id), message_pinned("message.pinned", message, actor.pk))
        return message


@retried
def unpin_message(*, actor: User, message_id: int) -> MessageOut:
    """Take a pin away; one that is not there is fine."""
    with changing(actor, message_id) as change:
        change.rights.require("pin")
        if not change.row.pinned_by:
            undo()
            return message_out(change.row)
        message = change.write(pinned_by=0, pinned_at=None)
        publish(room_topic(change.row.room_id), message_pinned("message.unpinned", message, actor.pk))
        return message


def pinned_in(*, actor: User, room_id: int) -> PinnedOut:
    """Return the room's pinned messages, the last pinned first; raise `NotFound` for outsiders."""
    membership_of(actor.pk, room_id)
    ids = _pinned_ids(room_id)
    rows = {row.id: row for row in store.many(room_id, ids)}
    pinned = [rows[key] for key in ids if key in rows and rows[key].pinned_by]
    return PinnedOut(results=[message_out(row) for row in pinned], users=authors_of(pinned))


def _pinned_ids(room_id: int) -> list[int]:
    pinned = Message.objects.filter(room_id=room_id, pinned_by__gt=0).order_by("-pinned_at")
    return list(pinned.values_list("pk", flat=True)[: MOST_PINNED + 1])
