"""What moderators do with messages beyond deleting them: undo it, and act on rooms they are not in.

Functions without an actor's rights say nothing about who may; their callers do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from accounts.models import User
from core.audit import Action, record
from core.db import atomic, retried, undo
from core.errors import Conflict, NotFound
from core.events import publish, room_topic
from messaging import store
from messaging.events import message_changed
from messaging.models import Kept, Reaction
from messaging.serializers import MentionsOut, MessageOut, message_out, read_reactions
from messaging.services.attaching import bring_back
from messaging.services.changing import Change, changing, leave_tombstone
from messaging.services.sending import keep_mentions
from messaging.services.vault import contents_of, last_deletion
from rooms.services.counter import take_rev


@retried
def restore_message(*, actor: User, message_id: int, reason: str = "") -> MessageOut:
    """Show a message again that was deleted by somebody else than its author: at its old place, with all it had."""
    with changing(actor, message_id) as change:
        change.rights.require("moderate")
        return _put_back(change, by_id=actor.pk, reason=reason)


@retried
def remove_message(*, message_id: int, by_id: int, reason: str = "", part_of: int = 0) -> MessageOut:
    """Delete a message wherever it is; deleting twice is fine. `part_of`: the sanction it is hidden with."""
    with _reaching(message_id) as change:
        if change.row.deleted_at is not None:
            undo()
            return message_out(change.row)
        return leave_tombstone(change, by_id=by_id, reason=reason, part_of=part_of)


@retried
def put_back_message(*, message_id: int, by_id: int, reason: str = "", part_of: int = 0) -> MessageOut:
    """As `restore_message`, wherever the message is. `part_of`: the sanction that is taken back."""
    with _reaching(message_id) as change:
        return _put_back(change, by_id=by_id, reason=reason, part_of=part_of)


@contextmanager
def _reaching(message_id: int) -> Iterator[Change]:
    row = store.one(message_id)
    if row is None:
        raise NotFound()
    with atomic():
        rev = take_rev(row.room_id)
        present = store.one(message_id)
        if present is None:
            raise NotFound()
        yield Change(present, rev)


def _put_back(change: Change, *, by_id: int, reason: str, part_of: int = 0) -> MessageOut:
    row = change.row
    if row.deleted_at is None:
        undo()
        return message_out(row)
    kept = last_deletion(row.id)
    if kept is None:
        raise Conflict("message.purged")
    if kept.by_id == row.author_id:
        raise Conflict("message.withdrawn")
    contents = contents_of(kept)
    message = change.write(**contents, text_rev=change.rev, deleted_at=None)
    _readd(change, kept)
    publish(room_topic(row.room_id), message_changed("message.updated", message))
    if not part_of:  # what is part of a decision is recorded with it
        record(
            Action.MESSAGE_RESTORED,
            actor_id=by_id,
            target="message",
            target_id=row.id,
            subject_id=row.author_id,
            room_id=row.room_id,
            reason=reason,
        )
    return message


def _readd(change: Change, kept: Kept) -> None:
    """Put back what is counted and looked up by rows of its own; the vault gives the contents away once."""
    row = change.row
    bring_back(row)
    if row.mentions:
        keep_mentions(row, msgspec.json.decode(row.mentions, type=MentionsOut))
    Reaction.objects.bulk_create(
        Reaction(message_id=row.id, user_id=int(user_id), emoji=one.emoji)
        for one in read_reactions(row.reactions)
        for user_id in one.user_ids
    )
    kept.delete()
