"""Messages that wait for a moderator: kept outside of their room until somebody looks, and sent then or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import msgspec
from django.db import IntegrityError

from accounts.models import Role, User
from accounts.services.closing import is_last_admin
from core import clock, wire
from core.audit import Action, record, record_private_read
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, Forbidden, NotFound
from core.events import publish, user_topic
from messaging.serializers import MessageOut
from messaging.services.screening import Draft
from messaging.services.sending import send_message
from moderation.events import message_judged
from moderation.models import HeldMessage, HeldState, Rule
from rooms.models import Kind, MemberRole, Membership, Room
from rooms.permissions import is_above
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


def note_read(*, actor: User, held: Sequence[HeldMessage]) -> None:
    """Record which of these were written where not everybody may read, by others than who reads them now."""
    rooms = {one.room_id for one in held if one.author_id != actor.pk}
    public = set(Room.objects.filter(pk__in=list(rooms), kind=Kind.PUBLIC).values_list("pk", flat=True))
    private = [one for one in held if one.room_id in rooms - public and one.author_id != actor.pk]
    if private:
        one = private[0] if len(private) == 1 else None
        record_private_read(
            actor_id=actor.pk,
            target="held",
            target_id=one.pk if one else 0,
            subject_id=one.author_id if one else 0,
            change={"held": [str(one.pk) for one in private]},
        )


@retried
def release(*, actor: User, held_id: int) -> MessageOut:
    """Send the message now, as its author would have; twice is once.

    Of two who decide otherwise at once the first counts. Raises `Conflict` (`message.refused`; `held.silenced` when its
    author may not write there now), else what sending it raises.
    """
    held = _decidable(actor, held_id)
    if held.state == HeldState.REFUSED:
        raise Conflict("message.refused")
    if held.state == HeldState.WAITING:
        _require_voice(held)
    with atomic():
        if _claimed(actor, held, HeldState.RELEASED):
            sent = _send(held)
            _tell(actor, held, HeldState.RELEASED, "")
            return sent
    # Not within the transaction: MongoDB ends one that meets what has been sent already.
    return _send(held)


def _send(held: HeldMessage) -> MessageOut:
    sent = send_message(
        actor=User.objects.get(pk=held.author_id),
        room_id=held.room_id,
        client_id=held.client_id,
        text=held.text,
        reply_to=held.reply_to or None,
        file_ids=file_ids_of(held),
        reviewed=True,
    )
    return sent.message


@retried
def refuse(*, actor: User, held_id: int, reason: str = "") -> None:
    """Tell the author that the message will not be sent."""
    held = _decidable(actor, held_id)
    if held.state == HeldState.RELEASED:
        raise Conflict("message.held")
    with atomic():
        if _claimed(actor, held, HeldState.REFUSED):
            _tell(actor, held, HeldState.REFUSED, reason)


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
    _require_above(actor, held)
    return held


def _require_above(actor: User, held: HeldMessage) -> None:
    """Nobody decides about themselves, an equal or a higher one; but where else nobody could, an administrator does."""
    if actor.pk == held.author_id:
        if not is_last_admin(actor):
            raise Forbidden("user.outranked")
        return
    author = User.objects.get(pk=held.author_id)
    present = Membership.objects.filter(room_id=held.room_id, user_id__in=[actor.pk, author.pk], left_at=None)
    roles: dict[int, str] = dict(present.values_list("user_id", "role"))
    mine, theirs = ((one.role, roles.get(one.pk, MemberRole.MEMBER)) for one in (actor, author))
    if actor.role != Role.ADMIN and not is_above(mine, theirs):
        raise Forbidden("user.outranked")


def _claimed(actor: User, held: HeldMessage, state: HeldState) -> bool:
    """Decide, in the transaction of what follows; return whether this call did. Raises `Conflict` when it was otherwise."""
    mine = HeldMessage.objects.filter(pk=held.pk, state=HeldState.WAITING)
    if mine.update(state=state, decided_by=actor.pk, decided_at=clock.now()):
        return True
    decided = HeldMessage.objects.get(pk=held.pk).state
    if decided != state:
        raise Conflict("message.refused") if decided == HeldState.REFUSED else Conflict("message.held")
    return False


def _tell(actor: User, held: HeldMessage, state: HeldState, reason: str) -> None:
    is_released = state == HeldState.RELEASED
    publish(user_topic(held.author_id), message_judged(held.room_id, held.client_id, is_released, reason))
    record(
        Action.HELD_RELEASED if is_released else Action.HELD_REFUSED,
        actor_id=actor.pk,
        target="held",
        target_id=held.pk,
        subject_id=held.author_id,
        room_id=held.room_id,
        reason=reason,
    )


def file_ids_of(held: HeldMessage) -> list[int]:
    return [int(file_id) for file_id in msgspec.json.decode(held.files, type=list[str])]
