"""Messages that wait for a moderator: kept outside of their room until somebody looks, and sent then or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import msgspec
from django.db import IntegrityError

from accounts.models import User
from accounts.services.closing import is_last_admin
from core import clock, wire
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, Forbidden, NotFound
from core.events import publish, user_topic
from messaging.serializers import MessageOut
from messaging.services.screening import Draft
from messaging.services.sending import send_message
from moderation.events import message_judged
from moderation.models import HeldMessage, HeldState, Rule
from moderation.models.cases import rank
from rooms.models import Kind, Room
from rooms.services.access import load_rights

MOST_LISTED = 100


def hold(draft: Draft, rule: Rule) -> NoReturn:
    """Keep the message for review and tell its author so; a retry is told what has become of it."""
    held = at_most_one(HeldMessage.objects.filter(author_id=draft.author.pk, client_id=draft.client_id))
    if held is None:
        try:
            held = _keep(draft, rule)
        except IntegrityError:  # the same message from another tab was quicker
            held = HeldMessage.objects.get(author_id=draft.author.pk, client_id=draft.client_id)
    if held.payload_hash != draft.payload_hash:
        raise Conflict("client_id.reused")
    code = "message.refused" if held.state == HeldState.REFUSED else "message.held"
    raise Forbidden(code, rule.reason or None if code == "message.held" else None, data={"held_id": str(held.pk)})


@retried
def _keep(draft: Draft, rule: Rule) -> HeldMessage:
    with atomic():
        held = HeldMessage.objects.create(
            author_id=draft.author.pk,
            room_id=draft.room_id,
            client_id=draft.client_id,
            payload_hash=draft.payload_hash,
            text=draft.text,
            reply_to=draft.reply_to or 0,
            files=wire.encode_text([str(file_id) for file_id in draft.file_ids]),
            rule_id=rule.pk,
            rule_name=rule.name,
        )
        record(
            Action.RULE_ACTED,
            actor_id=0,
            target="rule",
            target_id=rule.pk,
            subject_id=draft.author.pk,
            room_id=draft.room_id,
            change={"action": rule.action, "held_id": str(held.pk)},
            reason=rule.name,
        )
    return held


def waiting(*, actor: User, room_id: int = 0) -> list[HeldMessage]:
    """Return what waits, oldest first: of a room to its moderators (to others their own), of the site to its staff.

    That the staff have read what was written in private is recorded.
    """
    found = HeldMessage.objects.filter(state=HeldState.WAITING)
    if room_id:
        found = found.filter(room_id=room_id)
        if not load_rights(actor.pk, room_id).may("moderate"):
            found = found.filter(author_id=actor.pk)
    elif not actor.is_staff:
        raise NotFound()
    listed = list(found.order_by("pk")[:MOST_LISTED])
    if not room_id:
        note_read(actor=actor, held=listed)
    return listed


@retried
def note_read(*, actor: User, held: Sequence[HeldMessage]) -> None:
    """Record which of these were written where not everybody may read, by others than who reads them now."""
    rooms = {one.room_id for one in held if one.author_id != actor.pk}
    public = set(Room.objects.filter(pk__in=list(rooms), kind=Kind.PUBLIC).values_list("pk", flat=True))
    private = [one for one in held if one.room_id in rooms - public and one.author_id != actor.pk]
    if not private:
        return
    with atomic():
        record(
            Action.PRIVATE_READ,
            actor_id=actor.pk,
            target="held",
            target_id=private[0].pk if len(private) == 1 else 0,
            subject_id=private[0].author_id if len(private) == 1 else 0,
            change={"held": [str(one.pk) for one in private]},
        )


def release(*, actor: User, held_id: int) -> MessageOut:
    """Send the message now, as its author would have; twice is once.

    Raises `Conflict` (`message.refused`, `held.silenced` when its author may not write there now), else what sending it
    raises.
    """
    held = _decidable(actor, held_id)
    if held.state == HeldState.REFUSED:
        raise Conflict("message.refused")
    if held.state == HeldState.WAITING:
        _require_voice(held)
    sent = send_message(
        actor=User.objects.get(pk=held.author_id),
        room_id=held.room_id,
        client_id=held.client_id,
        text=held.text,
        reply_to=held.reply_to or None,
        file_ids=file_ids_of(held),
        reviewed=True,
    )
    _decide(actor, held, HeldState.RELEASED, "")
    return sent.message


def refuse(*, actor: User, held_id: int, reason: str = "") -> None:
    """Tell the author that the message will not be sent."""
    held = _decidable(actor, held_id)
    if held.state == HeldState.RELEASED:
        raise Conflict("message.held")
    _decide(actor, held, HeldState.REFUSED, reason)


def _require_voice(held: HeldMessage) -> None:
    """Say to the moderator what is true of the author: that *they* are muted, say."""
    reason = load_rights(held.author_id, held.room_id).reasons["post"]
    if reason is not None:
        raise Conflict("held.silenced", data={"because": reason})


def _decidable(actor: User, held_id: int) -> HeldMessage:
    held = at_most_one(HeldMessage.objects.filter(pk=held_id))
    if held is None:
        raise NotFound()
    if not actor.is_staff and not load_rights(actor.pk, held.room_id).may("moderate"):
        raise NotFound()
    author = User.objects.get(pk=held.author_id)
    if rank(author.role) > rank(actor.role):
        raise Forbidden("user.outranked")
    if author.pk == actor.pk and not is_last_admin(actor):  # about whom nobody else could decide
        raise Forbidden("user.outranked")
    return held


@retried
def _decide(actor: User, held: HeldMessage, state: HeldState, reason: str) -> None:
    with atomic():
        mine = HeldMessage.objects.filter(pk=held.pk, state=HeldState.WAITING)
        if not mine.update(state=state, decided_by=actor.pk, decided_at=clock.now()):
            return
        publish(
            user_topic(held.author_id),
            message_judged(held.room_id, held.client_id, state == HeldState.RELEASED, reason),
        )
        record(
            Action.HELD_RELEASED if state == HeldState.RELEASED else Action.HELD_REFUSED,
            actor_id=actor.pk,
            target="held",
            target_id=held.pk,
            subject_id=held.author_id,
            room_id=held.room_id,
            reason=reason,
        )


def file_ids_of(held: HeldMessage) -> list[int]:
    return [int(file_id) for file_id in msgspec.json.decode(held.files, type=list[str])]
