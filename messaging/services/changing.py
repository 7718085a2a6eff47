"""Change a message: edit, delete. Each change takes the room's next `rev` before it reads what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.models import User
from core import clock
from core.audit import Action, record
from core.db import atomic, retried, undo
from core.errors import Conflict, Forbidden, NotFound, Unavailable
from core.events import publish, room_topic
from core.limits import Limit, spend
from messaging import search, store
from messaging.contents import flags
from messaging.events import message_changed
from messaging.file_serializers import FileOut, read_files, read_previews
from messaging.file_serializers import encoded as files_encoded
from messaging.links import links_in
from messaging.mentions import named_in
from messaging.models import Mention, Message, Reaction
from messaging.serializers import MessageOut, message_out
from messaging.services.attaching import files_staying, take_out
from messaging.services.previews import forget_links, look_later
from messaging.services.screening import Consequence, Draft, screened
from messaging.services.sending import encoded, keep_mentions, require_text, resolve_mentions
from messaging.services.vault import keep
from messaging.store import Row
from rooms.permissions import Rights
from rooms.services.access import remembered
from rooms.services.counter import take_guarded_rev

CHANGES = Limit("change", times=40, seconds=20)
NOTHING_LEFT = {
    "text": "", "mentions": "", "reactions": "", "has": 0, "files": "", "previews": "", "pinned_by": 0, "pinned_at": None,
}  # fmt: skip


@dataclass
class Change:
    """A message being changed: its present state and the `rev` the change takes."""

    row: Row
    rev: int

    def write(self, **columns: Any) -> MessageOut:
        """Write the columns with the new `rev`; return the message as it is now."""
        columns["rev"] = self.rev
        Message.objects.filter(pk=self.row.id).update(**columns)
        self.row = self.row._replace(**columns)
        return message_out(self.row)

    def require_present(self) -> None:
        if self.row.deleted_at is not None:
            raise Conflict("message.deleted")


@dataclass
class PersonalChange(Change):
    """A change by somebody in the room, with what they may do there."""

    rights: Rights


@contextmanager
def changing(actor: User, message_id: int, found: Row | None = None) -> Iterator[PersonalChange]:
    """Open a transaction on a message the actor can see; raise `NotFound` for any other.

    With the `rev` taken nobody else changes the room until the commit, so what is read stays true. A refusal inside
    gives the `rev` back.
    """
    room_id = (found or _found(message_id)).room_id
    remembered.of(actor.pk, room_id)
    spend(CHANGES, actor.pk)
    with atomic():
        rights, rev = _guarded(actor, room_id)
        row = store.one(message_id)
        if row is None:
            raise NotFound()
        yield PersonalChange(row, rev, rights)


def _found(message_id: int) -> Row:
    row = store.one(message_id)
    if row is None:
        raise NotFound()
    return row


def _guarded(actor: User, room_id: int) -> tuple[Rights, int]:
    """Return rights that are true now, and the `rev` that was taken under them."""
    for rights in (remembered.of(actor.pk, room_id), None):
        rights = rights or remembered.fresh(actor.pk, room_id)
        rev = take_guarded_rev(room_id, rights.access_rev)
        if rev is not None:
            return rights, rev
    raise Unavailable()


@retried
def edit_message(
    *,
    actor: User,
    message_id: int,
    text: str,
    expected_rev: int | None = None,
    file_ids: Sequence[int] | None = None,
) -> MessageOut:
    """Replace one's own text within the edit window; of the files those of `file_ids` stay, None leaves them all.

    `expected_rev`: the `rev` the editor saw. Raises `Conflict` (`message.stale`, with the present message) when the text
    has changed since; a reaction in between does not matter.
    """
    found = _found(message_id)
    follow = _screened(actor, found, text)
    with changing(actor, message_id, found) as change:
        _require_editable(change, actor, expected_rev)
        before = read_files(change.row.files)
        files = files_staying(before, file_ids)
        if text or not files:
            require_text(text)
        if change.row.text == text and len(files) == len(before):
            undo()
            return message_out(change.row)
        message = _rewritten(change, text, files)
        if follow is not None:
            follow(change.row)
        return message


def _rewritten(change: PersonalChange, text: str, files: Sequence[FileOut]) -> MessageOut:
    row, moment = change.row, clock.now()
    mentions = resolve_mentions(named_in(text), row.room_id, change.rights)
    keep(row, by_id=change.row.author_id)
    if row.mentions:
        Mention.objects.filter(message_id=row.id).delete()
    keep_mentions(row, mentions)
    search.forget([row.id])
    columns = {"text": text, "mentions": encoded(mentions), "has": flags(text, [file.width > 0 for file in files])}
    links = links_in(text)
    previews = read_previews(row.previews) if links == links_in(row.text) else []
    if row.files or row.previews:
        images = [preview.image for preview in previews if preview.image]
        shown = [file.id for file in files] + [image.id for image in images]
        take_out(row.id, moment, keep=list(map(int, shown)))
        columns |= {"files": files_encoded(files), "previews": files_encoded(previews)}
    if links and not previews:
        look_later(row.id)
    message = change.write(**columns, text_rev=change.rev, edited_at=moment)
    publish(room_topic(row.room_id), message_changed("message.updated", message))
    return message


def _screened(actor: User, found: Row, text: str) -> Consequence | None:
    """Hold the new text against the rules before the transaction; who may not edit is told so, and not by a rule."""
    rights = remembered.of(actor.pk, found.room_id)
    if found.author_id != actor.pk or found.text == text or not rights.may("edit_own"):
        return None
    return screened(Draft(actor, found.room_id, rights, text, named_in(text), flags(text), message_id=found.id))


def _require_editable(change: PersonalChange, actor: User, expected_rev: int | None) -> None:
    row = change.row
    if row.author_id != actor.pk:
        raise Forbidden("message.not_author")
    change.require_present()
    change.rights.require("edit_own")
    if clock.now() - row.created_at > settings.EDIT_WINDOW:
        raise Forbidden("message.edit_expired")
    if expected_rev is not None and expected_rev < row.text_rev:
        raise Conflict("message.stale", data={"message": message_out(row)})


@retried
def remove_previews(*, actor: User, message_id: int) -> MessageOut:
    """Take the previews off one's own message; without any it is fine."""
    with changing(actor, message_id) as change:
        if change.row.author_id != actor.pk:
            raise Forbidden("message.not_author")
        change.require_present()
        change.rights.require("edit_own")
        if not change.row.previews:
            undo()
            return message_out(change.row)
        take_out(message_id, clock.now(), keep=[int(file.id) for file in read_files(change.row.files)])
        forget_links([message_id])
        message = change.write(previews="")
        publish(room_topic(change.row.room_id), message_changed("message.updated", message))
        return message


@retried
def delete_message(*, actor: User, message_id: int, reason: str = "") -> MessageOut:
    """Leave a tombstone: text, files, reactions and whom it named are gone from every answer. Deleting twice is fine.

    `reason` is for the audit log, where a moderator deletes.
    """
    with changing(actor, message_id) as change:
        row = change.row
        change.rights.require("delete_own" if row.author_id == actor.pk else "delete_any")
        if row.deleted_at is not None:
            undo()
            return message_out(row)
        return leave_tombstone(change, by_id=actor.pk, reason=reason)


def leave_tombstone(change: Change, *, by_id: int, reason: str = "", part_of: int = 0) -> MessageOut:
    """Put the message into the vault and leave its tombstone, within the change's transaction. `by_id` is 0 for a rule."""
    row = change.row
    keep(row, by_id=by_id, deleted=True, part_of=part_of)
    Mention.objects.filter(message_id=row.id).delete()
    Reaction.objects.filter(message_id=row.id).delete()
    moment = clock.now()
    if row.files or row.previews:
        take_out(row.id, moment)
    search.forget([row.id])
    message = change.write(**NOTHING_LEFT, text_rev=change.rev, deleted_at=moment)
    publish(room_topic(row.room_id), message_changed("message.deleted", message))
    if row.author_id != by_id and not part_of:  # what is part of a decision is recorded with it
        record(
            Action.MESSAGE_DELETED,
            actor_id=by_id,
            target="message",
            target_id=row.id,
            subject_id=row.author_id,
            room_id=row.room_id,
            reason=reason,
        )
    return message
