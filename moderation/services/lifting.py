"""Taking decisions back."""

from __future__ import annotations

from functools import partial

from accounts.models import User
from core import clock
from core.audit import Action
from core.db import at_most_one, atomic, on_commit, retried, undo
from core.errors import NotFound
from core.jobs import later
from moderation.models import Kind, Sanction
from moderation.services.hiding import show_messages
from moderation.services.sanctions import is_before_staff, record_decision, require_above, require_not_below, tell
from rooms.services import sanctions as effects
from rooms.services.access import room_ids_of
from rooms.services.sanctions import deciding


@retried
def lift(*, actor: User, sanction_id: int, reason: str = "", show: bool = False) -> Sanction:
    """Take a decision back; `show`: the messages it has hidden appear again, too. Twice is fine.

    Raises `NotFound` for who may not see it, `Forbidden` for who does not stand above the person.
    """
    sanction = at_most_one(Sanction.objects.filter(pk=sanction_id))
    if sanction is None:
        raise NotFound()
    return _in_room(actor, sanction, reason, show) if sanction.room_id else _on_site(actor, sanction, reason, show)


def _in_room(actor: User, sanction: Sanction, reason: str, show: bool) -> Sanction:
    user_id, room_id = sanction.user_id, sanction.room_id
    seen = is_before_staff(actor, user_id, room_id)
    with deciding(actor=actor, room_id=room_id, user_id=user_id, from_outside=seen) as decision:
        if not _taken_back(actor, sanction, show):
            undo()
            return sanction
        if sanction.kind == Kind.MUTE:
            effects.mute(decision, None)
        elif sanction.kind == Kind.BAN:
            effects.let_in_again(decision)
        else:
            effects.touch(decision)
        _follow(actor, sanction, reason, show)
    return sanction


def _on_site(actor: User, sanction: Sanction, reason: str, show: bool) -> Sanction:
    user = User.objects.get(pk=sanction.user_id)
    if not actor.is_staff:
        raise NotFound()
    known = room_ids_of(user.pk)
    with atomic():
        if not _taken_back(actor, sanction, show):
            undo()
            return sanction
        if sanction.kind == Kind.MUTE:
            effects.mute_person(user=user, until=None)
        elif sanction.kind == Kind.BAN:
            effects.restore_person(user=user)
        _follow(actor, sanction, reason, show)
        require_above(actor, user)
        on_commit(partial(effects.decide_anew, user_id=user.pk, since=known))
    return sanction


def _taken_back(actor: User, sanction: Sanction, show: bool) -> bool:
    """Mark the decision as taken back; return whether it stood until now."""
    moment = clock.now()
    standing = Sanction.objects.filter(pk=sanction.pk, lifted_at=None)
    if not standing.update(lifted_at=moment, lifted_by=actor.pk, shows=show and sanction.hide_days > 0):
        return False
    require_not_below(actor.pk, sanction)
    sanction.lifted_at, sanction.lifted_by = moment, actor.pk
    return True


def _follow(actor: User, sanction: Sanction, reason: str, show: bool) -> None:
    if show:
        later(show_messages, sanction.pk)
    tell(sanction)
    record_decision(Action.SANCTION_LIFTED, actor.pk, sanction, reason, {"kind": sanction.kind})
