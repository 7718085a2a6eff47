"""Deciding about people: warn, mute, remove, ban, and taking it back. The decision, its effect and its record are one."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from accounts.models import User
from core import clock
from core.audit import Action, record
from core.db import at_most_one, atomic, on_commit, retried
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.events import publish, user_topic
from core.jobs import later
from moderation.events import sanction_updated
from moderation.models import SITE, Appeal, Case, Kind, Report, Sanction
from moderation.models.cases import rank
from moderation.serializers.sanctions import own_sanction_out
from moderation.services.hiding import hide_messages
from rooms.models import FOREVER, MemberRole, Membership
from rooms.permissions import is_above
from rooms.services import sanctions as effects
from rooms.services.access import room_ids_of
from rooms.services.sanctions import Decision, deciding

LONGEST_MUTE = timedelta(days=28)
MOST_LOOKED_AT = 100
ACTIONS = {
    Kind.WARNING: Action.PERSON_WARNED,
    Kind.MUTE: Action.PERSON_MUTED,
    Kind.REMOVAL: Action.PERSON_REMOVED,
    Kind.BAN: Action.PERSON_BANNED,
}


@retried
def impose(
    *,
    actor: User,
    user_id: int,
    kind: str,
    reason: str,
    room_id: int = SITE,
    minutes: int | None = None,
    hide_days: int = 0,
) -> Sanction:
    """Decide about a person one stands above, in a room or (`SITE`) on the whole site; true on every process at once.

    It takes the place of one of the same kind. Raises `NotFound` for who may not see the room, `Forbidden`, `Invalid`.
    """
    until = _end_of(kind, room_id, minutes, hide_days)
    made = Sanction(
        user_id=user_id,
        room_id=room_id,
        kind=kind,
        reason=_tidy(reason),
        issued_by=actor.pk,
        expires_at=until,
        hide_days=hide_days,
        created_at=clock.now(),
    )
    return _in_room(actor, made) if room_id else _on_site(actor, made)


def _end_of(kind: str, room_id: int, minutes: int | None, hide_days: int) -> datetime | None:
    wrong = ""
    if kind == Kind.MUTE and (minutes is None or timedelta(minutes=minutes) > LONGEST_MUTE):
        wrong = "A mute lasts from one minute to 28 days."
    elif kind in (Kind.WARNING, Kind.REMOVAL) and minutes is not None:
        wrong = "This has no duration."
    if wrong:
        raise Invalid(fields={"minutes": [wrong]})
    if kind == Kind.REMOVAL and not room_id:
        raise Invalid(fields={"room_id": ["Name the room."]})
    if hide_days and kind != Kind.BAN:
        raise Invalid(fields={"hide_days": ["Only a ban hides messages."]})
    return clock.now() + timedelta(minutes=minutes) if minutes is not None else None


def _tidy(reason: str) -> str:
    tidy = " ".join(reason.split())
    if not tidy:
        raise Invalid(fields={"reason": ["Say why."]})
    return tidy


def _in_room(actor: User, made: Sanction) -> Sanction:
    seen = is_before_staff(actor, made.user_id, made.room_id)
    if seen:
        _require_free(actor, made.user_id)
    with deciding(actor=actor, room_id=made.room_id, user_id=made.user_id, from_outside=seen) as decision:
        made.room_name = decision.room.name
        _take_hold(decision, made.kind, made.expires_at)
        keep_sanction(made)
    return made


def _require_free(actor: User, user_id: int) -> None:
    """Raise `Conflict` while another of the staff works on the person's case: two would decide about the same."""
    case = at_most_one(Case.objects.filter(open_key=str(user_id)))
    if case is not None and case.holder(clock.now()) not in (0, actor.pk):
        raise Conflict("case.claimed")


def is_before_staff(actor: User, user_id: int, room_id: int) -> bool:
    """Return whether the staff may act in a room they are not in: something from there was reported, or appealed against."""
    if not actor.is_staff:
        return False
    if Report.objects.filter(subject_id=user_id, room_id=room_id).exists():
        return True
    made = Sanction.objects.filter(user_id=user_id, room_id=room_id).order_by("-pk").values_list("pk", flat=True)
    return Appeal.objects.filter(sanction_id__in=list(made[:MOST_LOOKED_AT])).exists()


def _take_hold(decision: Decision, kind: str, until: datetime | None) -> None:
    if kind == Kind.MUTE:
        effects.mute(decision, until)
    elif kind == Kind.REMOVAL:
        effects.put_out(decision)
    elif kind == Kind.BAN:
        effects.put_out(decision, until or FOREVER)
    else:
        effects.touch(decision)


def _on_site(actor: User, made: Sanction) -> Sanction:
    user = at_most_one(User.objects.filter(pk=made.user_id))
    if user is None:
        raise NotFound()
    require_above(actor, user)
    _require_free(actor, user.pk)
    known = room_ids_of(user.pk)
    with atomic():
        if made.kind == Kind.MUTE:
            effects.mute_person(user=user, until=made.expires_at)
        elif made.kind == Kind.BAN:
            effects.suspend_person(user=user, until=made.expires_at, reason=made.reason)
        keep_sanction(made)
        require_above(actor, user)
        on_commit(partial(effects.decide_anew, user_id=user.pk, since=known))
    return made


def require_above(actor: User, user: User) -> None:
    """Raise unless the actor is of the staff and stands above the person.

    Asked again after `record`, which puts decisions in line: of two about each other the second is refused.
    """
    now = User.objects.in_bulk([actor.pk, user.pk])
    if not now[actor.pk].is_staff:
        raise Forbidden()
    if rank(now[actor.pk].role) <= rank(now[user.pk].role):
        raise Forbidden("user.outranked")


def require_not_below(actor_id: int, sanction: Sanction) -> None:
    """Raise unless the actor may undo the decision: one of somebody who stands above them stays as it was made."""
    people = User.objects.in_bulk([actor_id, sanction.issued_by])
    if actor_id == sanction.issued_by or len(people) < 2:  # one of them is a rule
        return
    present = Membership.objects.filter(room_id=sanction.room_id, user_id__in=list(people), left_at=None)
    roles: dict[int, str] = dict(present.values_list("user_id", "role"))
    issuer, actor = ((people[pk].role, roles.get(pk, MemberRole.MEMBER)) for pk in (sanction.issued_by, actor_id))
    if is_above(issuer, actor):
        raise Forbidden("room.outranked") if sanction.room_id else Forbidden("user.outranked")


def keep_sanction(made: Sanction) -> None:
    """Keep the decision in place of the one before, tell the person, and record it."""
    if made.kind in (Kind.MUTE, Kind.BAN):
        before = Sanction.objects.filter(user_id=made.user_id, room_id=made.room_id, kind=made.kind, lifted_at=None)
        for standing in before:
            if standing.is_active(made.created_at):
                require_not_below(made.issued_by, standing)
        before.update(lifted_at=made.created_at, lifted_by=made.issued_by)
    made.save(force_insert=True)
    if made.hide_days:
        later(hide_messages, made.pk)
    tell(made)
    change = {"minutes": None if made.expires_at is None else _minutes(made), "hide_days": made.hide_days}
    record_decision(ACTIONS[Kind(made.kind)], made.issued_by, made, made.reason, change)


def _minutes(made: Sanction) -> int:
    return round(((made.expires_at or made.created_at) - made.created_at).total_seconds() / 60)


def tell(sanction: Sanction) -> None:
    appeal = at_most_one(Appeal.objects.filter(sanction_id=sanction.pk))
    publish(user_topic(sanction.user_id), sanction_updated(own_sanction_out(sanction, appeal)))


def record_decision(action: Action, actor_id: int, sanction: Sanction, reason: str, change: dict[str, Any]) -> None:
    record(
        action,
        actor_id=actor_id,
        target="sanction",
        target_id=sanction.pk,
        subject_id=sanction.user_id,
        room_id=sanction.room_id,
        reason=reason,
        change=change,
    )
