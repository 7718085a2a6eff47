"""Where decisions about people take hold in rooms. What is decided, why and for how long is kept by the caller above."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Role, User
from accounts.services import roles, suspension
from core import clock
from core.db import at_most_one, atomic, retried
from core.errors import Forbidden, NotFound
from core.events import publish, room_topic
from rooms.events import member_removed, member_updated
from rooms.models import Kind, MemberRole, Membership, Room
from rooms.permissions import is_above
from rooms.services.access import decide, membership_of, room_ids_of
from rooms.services.counter import raise_access, take_rev
from rooms.services.members import end_membership, keep_an_owner, publish_own


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about a person in a room, under way: their membership (also one that has ended) and the `rev` it takes."""

    room: Room
    membership: Membership
    rev: int


@contextmanager
def deciding(*, actor: User, room_id: int, user_id: int, from_outside: bool = False) -> Iterator[Decision]:
    """Open a transaction in which `actor` decides about somebody of this room whom they stand above.

    The `rev` is taken first, so whoever loses the right to it meanwhile has lost it here. `from_outside`: the site's staff
    may decide without being in the room. Raises `NotFound` for outsiders and about strangers to the room, `Forbidden`.
    """
    with atomic():
        rev = take_rev(room_id, alters_access=True)
        room = Room.objects.get(pk=room_id)
        role = _role_of(actor, room, from_outside)
        membership = at_most_one(Membership.objects.filter(room_id=room_id, user_id=user_id))
        if membership is None:
            raise NotFound()
        site = User.objects.in_bulk([actor.pk, user_id])
        if not is_above((site[actor.pk].role, role), (site[user_id].role, membership.role)):
            raise Forbidden("room.outranked")
        yield Decision(room, membership, rev)


def _role_of(actor: User, room: Room, from_outside: bool) -> str:
    """Return the actor's role in the room, if they may moderate there at all."""
    present = at_most_one(Membership.objects.filter(room_id=room.pk, user_id=actor.pk, left_at=None))
    now = User.objects.get(pk=actor.pk)
    if from_outside and now.is_staff:
        return present.role if present is not None else MemberRole.MEMBER
    if present is None:
        raise NotFound()
    decide(room, present, now).require("moderate")
    return present.role


def mute(decision: Decision, until: datetime | None) -> None:
    """Let a member read but not write until then (None: at once again). True on every process from the commit on."""
    membership = decision.membership
    if membership.left_at is not None and until is not None:
        raise NotFound()
    membership.muted_until = until
    membership.save(update_fields=["muted_until"])
    touch(decision)


def put_out(decision: Decision, banned_until: datetime | None = None) -> None:
    """Put a person out of the room and, until then, keep them out. Of who is not in it any more only that is kept."""
    room, membership = decision.room, decision.membership
    if room.kind == Kind.DIRECT:
        raise Forbidden("room.is_direct")
    if membership.left_at is None:
        keep_an_owner(membership)
        end_membership(room, decision.rev, membership, "banned" if banned_until else "removed")
    elif banned_until is None:
        raise NotFound()
    else:
        touch(decision)
    _ban(membership, banned_until)


def let_in_again(decision: Decision) -> None:
    """End a ban; whoever wants to come in again comes as everybody does."""
    touch(decision)
    _ban(decision.membership, None)


def _ban(membership: Membership, until: datetime | None) -> None:
    membership.banned_until = until
    membership.save(update_fields=["banned_until"])


def touch(decision: Decision) -> None:
    """Give the `rev` to the member, whom it is about: also where others see no difference the order has no hole."""
    room, membership = decision.room, decision.membership
    membership.rev, membership.changed_at = decision.rev, clock.now()
    membership.save(update_fields=["rev", "changed_at"])
    if membership.left_at is not None:
        publish(room_topic(room.pk), member_removed(membership, room.member_count))
    else:
        publish(room_topic(room.pk), member_updated(membership))
        publish_own(membership)


@retried
def mute_member(*, room_id: int, user_id: int, until: datetime | None) -> Membership:
    """Mute a member without asking who decides: for rules that act by themselves, and for ending a mute."""
    with atomic():
        rev = take_rev(room_id, alters_access=True)
        membership = membership_of(user_id, room_id)
        mute(Decision(Room.objects.get(pk=room_id), membership, rev), until)
        return membership


@retried
def mute_person(*, user: User, until: datetime | None) -> None:
    """Let a person read but not write anywhere until then (None: write again)."""
    known = room_ids_of(user.pk)
    with atomic():
        raise_access(user.pk, known)
        suspension.mute_user(user=user, until=until)
        for membership in Membership.objects.filter(user_id=user.pk, left_at=None):
            publish_own(membership)


@retried
def decide_anew(*, user_id: int, since: list[int]) -> None:
    """Call it after the commit of a decision about somebody's whole site, with the rooms it was made for.

    Rooms they came into meanwhile were not among them: what is remembered there may be from before the decision.
    """
    late = set(room_ids_of(user_id)) - set(since)
    if late:
        with atomic():
            raise_access(user_id, list(late))


@retried
def suspend_person(*, user: User, until: datetime | None = None, reason: str = "") -> None:
    """Shut a person out of the whole site: sessions end, sockets close, nothing of theirs gets in any more."""
    known = room_ids_of(user.pk)
    with atomic():
        raise_access(user.pk, known)
        suspension.suspend_user(user=user, until=until, reason=reason)


@retried
def change_site_role(*, actor: User, user: User, role: Role) -> None:
    """Give somebody a role on the site, which is a rank in all their rooms: what they may do there is decided anew."""
    known = room_ids_of(user.pk)
    with atomic():
        raise_access(user.pk, known)
        roles.change_role(actor=actor, user=user, role=role, rooms=known)
        for membership in Membership.objects.filter(user_id=user.pk, left_at=None):
            publish_own(membership)


@retried
def restore_person(*, user: User) -> None:
    known = room_ids_of(user.pk)
    with atomic():
        raise_access(user.pk, known)
        suspension.restore_user(user=user)
