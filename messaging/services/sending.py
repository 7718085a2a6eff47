"""Send a message: once, in order, by whoever may at the very moment it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError

from accounts.models import User
from accounts.serializers import user_out
from core import clock, wire
from core.db import atomic, retried
from core.errors import AppError, Conflict, Invalid, NotFound, Unavailable
from core.events import publish, room_topic
from core.limits import Limit, spend
from messaging import store
from messaging.contents import Has, flags
from messaging.events import message_created
from messaging.file_serializers import files_kept
from messaging.mentions import Named, named_in
from messaging.models import Attachment, Mention, SpentKey
from messaging.serializers import MentionsOut, MessageOut, message_out, visible_text
from messaging.services.attaching import attach, files_to_send
from messaging.services.previews import look_later
from messaging.services.screening import Consequence, Draft, screened
from messaging.store import NewMessage, Row
from rooms.models import Membership
from rooms.permissions import Rights
from rooms.services.access import remembered
from rooms.services.pace import take_turn

SENDS = Limit("send", times=30, seconds=30)
WHOLE_ROOM_ID = 0


class Sent(NamedTuple):
    message: MessageOut
    created: bool


@retried
def send_message(
    *,
    actor: User,
    room_id: int,
    client_id: str,
    text: str,
    reply_to: int | None = None,
    file_ids: Sequence[int] = (),
    reviewed: bool = False,
) -> Sent:
    """Send `text` and files to a room; answers a retry (same `client_id`) with the first message, whatever has happened
    since.

    `reviewed`: somebody has looked at it, so no rule does.

    Raises `NotFound` for outsiders, foreign `reply_to` and files that are not the actor's own and unused, `Forbidden` with
    the reason, `Conflict` when the key was used for something else (`client_id.reused`) or for what the room has forgotten
    (`message.purged`), `RateLimited`.
    """
    client_id = client_id.lower()
    digest = payload_hash(room_id, text, reply_to, file_ids)
    try:
        message = _send(actor, room_id, client_id, digest, text, reply_to, file_ids, reviewed)
        return Sent(message, created=True)
    except (AppError, IntegrityError) as refusal:
        return sent_before(actor.pk, client_id, digest, refusal)


def sent_before(author_id: int, client_id: str, digest: str, refusal: Exception) -> Sent:
    """Return the message that was sent under this key before; if there is none, raise `refusal`.

    Refused, or the key exists: only now is it worth looking whether this is a retry. A message that is there must not be
    reported as failed because its author has been muted or is too fast meanwhile.
    """
    first = store.find_sent(author_id, client_id)
    if first is None:
        raise refusal
    if first.payload_hash != digest:
        raise Conflict("client_id.reused") from None
    return Sent(message_out(first), created=False)


def payload_hash(room_id: int, text: str, reply_to: int | None, file_ids: Sequence[int] = ()) -> str:
    files = f"\0{','.join(map(str, file_ids))}" if file_ids else ""
    return hashlib.blake2b(f"{room_id}:{reply_to or 0}:{text}{files}".encode(), digest_size=16).hexdigest()


def _send(
    actor: User,
    room_id: int,
    client_id: str,
    digest: str,
    text: str,
    reply_to: int | None,
    file_ids: Sequence[int],
    reviewed: bool,
) -> MessageOut:
    new, rights, follow, files = admitted(actor, room_id, client_id, digest, text, reply_to, file_ids, reviewed)
    with atomic():
        row, mentions = _append(new, named_in(text), rights, actor)
        keep_mentions(row, mentions)
        attach(row, files)
        message = message_out(row)
        # Read with the room's `rev` taken: a message deleted just before is quoted as the tombstone it is.
        publish(room_topic(room_id), message_created(message, user_out(actor), _quoted(room_id, reply_to)))
        if row.has & Has.LINK:
            look_later(row.id)
        if follow is not None:
            follow(row)
    return message


class Admission(NamedTuple):
    """A message that may be kept, the rights that it was admitted by, what a rule wants done once it is there, its files."""

    new: NewMessage
    rights: Rights
    follow: Consequence | None
    files: Sequence[Attachment]


def admitted(
    actor: User,
    room_id: int,
    client_id: str,
    digest: str,
    text: str,
    reply_to: int | None,
    file_ids: Sequence[int] = (),
    reviewed: bool = False,
) -> Admission:
    """Return what is to be kept, or refuse; no transaction has begun yet."""
    if text or not file_ids:
        require_text(text)
    rights = remembered.allowing("post", actor.pk, room_id)
    spend(SENDS, actor.pk)
    _require_unspent(rights, actor.pk, client_id)
    new = NewMessage(
        room_id=room_id,
        author_id=actor.pk,
        client_id=client_id,
        payload_hash=digest,
        text=text,
        reply_to=reply_to or 0,
        mentions="",
        created_at=clock.now(),
        has=flags(text),
    )
    files = files_to_send(actor.pk, room_id, file_ids)
    if files:
        new = new._replace(has=flags(text, [file.is_picture for file in files]), files=files_kept(files))
    draft = Draft(actor, room_id, rights, text, named_in(text), new.has, client_id, digest, reply_to, 0, file_ids)
    return Admission(new, rights, None if reviewed else screened(draft), files)


def _append(new: NewMessage, named: Named, rights: Rights, actor: User) -> tuple[Row, MentionsOut]:
    """Append as the remembered rights allow; if they are old, decide anew, also whom it may call, and try once more."""
    for known in (rights, None):
        current = known or remembered.fresh(actor.pk, new.room_id)
        current.require("post")
        if known is None:
            _require_unspent(current, actor.pk, new.client_id)
        mentions = resolve_mentions(named, new.room_id, current)
        row = store.append(new._replace(mentions=encoded(mentions)), current.access_rev)
        if row is not None:
            take_turn(current, actor.pk, new.room_id, new.created_at)
            return row, mentions
    raise Unavailable()  # only where another transaction can change rights between the two statements


def _require_unspent(rights: Rights, author_id: int, client_id: str) -> None:
    """Ask only in a room that may have forgotten what was sent by this key."""
    if rights.forgets and SpentKey.objects.filter(author_id=author_id, client_id=client_id).exists():
        raise Conflict("message.purged")


def require_text(text: str) -> None:
    if not visible_text(text):
        raise Invalid(fields={"text": ["Write something."]})


def _quoted(room_id: int, reply_to: int | None) -> MessageOut | None:
    if reply_to is None:
        return None
    found = store.many(room_id, [reply_to])
    if not found:
        raise NotFound()
    return message_out(found[0])


def resolve_mentions(named: Named, room_id: int, rights: Rights) -> MentionsOut:
    """Return which of the named are in the room. `@room` by somebody who may not use it is just text."""
    ids: list[int] = []
    if named.keys:
        people = User.objects.filter(username_key__in=list(named.keys)).values_list("pk", flat=True)
        present = Membership.objects.filter(room_id=room_id, user_id__in=list(people), left_at=None)
        ids = sorted(present.values_list("user_id", flat=True))
    return MentionsOut(user_ids=[str(user_id) for user_id in ids], room=named.room and rights.may("mention_room"))


def encoded(mentions: MentionsOut) -> str:
    return wire.encode_text(mentions) if mentions.user_ids or mentions.room else ""


def keep_mentions(row: Row, mentions: MentionsOut) -> None:
    """Keep whom the message names, for counting. Nobody is called by their own message."""
    ids = [int(user_id) for user_id in mentions.user_ids if int(user_id) != row.author_id]
    named = [*ids, WHOLE_ROOM_ID] if mentions.room else ids
    if named:
        Mention.objects.bulk_create(
            [Mention(message_id=row.id, room_id=row.room_id, user_id=user_id, seq=row.seq) for user_id in named]
        )
