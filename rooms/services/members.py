"""Who comes and goes: join, invite, leave, remove, roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from accounts.models import User
from accounts.serializers import user_out
from core import clock
from core.audit import Action, record
from core.clock import iso_or_none
from core.db import at_most_one, atomic, retried, undo
from core.errors import Conflict, Forbidden, NotFound
from core.events import publish, room_topic, user_topic
from core.limits import Limit, spend
from rooms.events import member_added, member_removed, member_updated, membership_updated, room_added, room_removed
from rooms.models import FOREVER, Kind, MemberRole, Membership, Room
from rooms.permissions import outranks, rank_of
from rooms.serializers import entry_out, membership_out
from rooms.services.access import Change, changing, membership_of, unchanged
from rooms.services.blocking import require_unblocked
from rooms.services.counter import take_rev

JOINS = Limit("join", times=30, seconds=60)
INVITES = Limit("invite", times=100, seconds=3600)
MOST_ROOMS = 500
MOST_MEMBERS = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A room with the caller's membership in it."""

    room: Room
    membership: Membership


@retried
def join_room(*, actor: User, room_id: int) -> Entry:
    """Join a public room; being in it already is fine. Private and direct rooms do not exist for outsiders."""
    spend(JOINS, actor.pk)
    with atomic():
        rev = take_rev(room_id, alters_access=True)
        room = Room.objects.get(pk=room_id)
        present = at_most_one(Membership.objects.filter(room_id=room_id, user_id=actor.pk, left_at=None))
        if present is not None:
            return Entry(unchanged(room), present)
        if room.kind != Kind.PUBLIC:
            raise NotFound()
        if room.archived_at is not None:
            raise Forbidden("room.archived")
        return Entry(room, _enter(room, actor, rev))


@retried
def add_member(*, actor: User, room_id: int, user_id: int) -> Membership:
    """Invite a person: they are in at once. Inviting a member changes nothing."""
    spend(INVITES, actor.pk)
    with changing(actor, room_id, "invite") as change:
        present = at_most_one(Membership.objects.filter(room_id=room_id, user_id=user_id, left_at=None))
        if present is not None:
            undo()
            return present
        user = at_most_one(User.objects.filter(pk=user_id, is_active=True, suspended_at=None))
        if user is None:
            raise NotFound()
        require_unblocked(actor, [user_id])
        return _enter(change.room, user, change.rev)


def _enter(room: Room, user: User, rev: int) -> Membership:
    """Let `user` in, anew or again, everything before now read; tell them first and then the room."""
    _require_welcome(room, user)
    if (
        Membership.objects.filter(user_id=user.pk, left_at=None).count() >= MOST_ROOMS
        or room.member_count >= MOST_MEMBERS
    ):
        raise Conflict("limit.reached")
    moment = clock.now()
    membership, _ = Membership.objects.update_or_create(
        room=room,
        user=user,
        defaults={
            # Whoever comes into an empty room has it: nobody else could look after it.
            "role": MemberRole.MEMBER if room.member_count else MemberRole.OWNER,
            "rev": rev,
            "joined_at": moment,
            "changed_at": moment,
            "left_at": None,
            "last_read_seq": room.last_seq,
        },
    )
    room.member_count += 1
    room.save(update_fields=["member_count"])
    publish_entry(room, membership, [user])
    publish(room_topic(room.pk), member_added(membership, user_out(user), room.member_count))
    return membership


def _require_welcome(room: Room, user: User) -> None:
    past = at_most_one(Membership.objects.filter(room=room, user=user))
    if past is not None and past.is_banned:
        until = past.banned_until if past.banned_until != FOREVER else None
        raise Forbidden("member.banned", data={"until": iso_or_none(until)})


def publish_entry(room: Room, membership: Membership, users: Sequence[User]) -> None:
    """Tell a person that they are in a room now; their open sockets hear it from here on. `users` includes them."""
    user = next(person for person in users if person.pk == membership.user_id)
    entry = entry_out(room, membership, user, clock.now())
    known = [user_out(person) for person in users]
    publish(user_topic(user.pk), room_added(entry, known), attach=[(user.pk, room.pk, room.rev)])


@retried
def leave_room(*, actor: User, room_id: int) -> None:
    """Leave. The last owner of a room with others in it has to name another one first."""
    with changing(actor, room_id, "leave") as change:
        if change.room.member_count > 1:
            keep_an_owner(change.membership)
        end_membership(change.room, change.rev, change.membership, "left")


@retried
def remove_member(*, actor: User, room_id: int, user_id: int) -> None:
    """Put a person of lower rank out of the room. Whatever they send after this is refused, on every process."""
    with changing(actor, room_id, "remove_member") as change:
        membership = membership_of(user_id, room_id)
        _require_outranked(change, membership)
        keep_an_owner(membership)
        end_membership(change.room, change.rev, membership, "removed")
        record(
            Action.MEMBER_REMOVED,
            actor_id=actor.pk,
            target="person",
            target_id=user_id,
            subject_id=user_id,
            room_id=room_id,
        )


@retried
def change_role(*, actor: User, room_id: int, user_id: int, role: str) -> Membership:
    """Make a member owner, moderator or plain member. A room never loses its last owner."""
    with changing(actor, room_id, "change_roles") as change:
        membership = membership_of(user_id, room_id)
        if membership.role == role:
            undo()
            return membership
        keep_an_owner(membership)
        before, membership.role, membership.rev, membership.changed_at = membership.role, role, change.rev, clock.now()
        membership.save(update_fields=["role", "rev", "changed_at"])
        publish(room_topic(room_id), member_updated(membership))
        publish_own(membership)
        record(
            Action.MEMBER_ROLE_CHANGED,
            actor_id=actor.pk,
            target="person",
            target_id=user_id,
            subject_id=user_id,
            room_id=room_id,
            change={"role": [before, role]},
        )
        return membership


def publish_own(membership: Membership) -> None:
    """Tell a person that what they may do in a room has changed."""
    user = User.objects.get(pk=membership.user_id)
    own = membership_out(membership, user, clock.now())
    publish(user_topic(user.pk), membership_updated(membership, own))


def _require_outranked(change: Change, membership: Membership) -> None:
    other = User.objects.get(pk=membership.user_id)
    if not outranks(change.rights.rank, rank_of(membership.role, other.role)):
        raise Forbidden("room.outranked")


def keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(room_id=membership.room_id, left_at=None, role=MemberRole.OWNER)
    if membership.role == MemberRole.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise Forbidden("room.last_owner")


def end_membership(room: Room, rev: int, membership: Membership, reason: Literal["left", "removed", "banned"]) -> None:
    """End a membership. Its `rev` puts it in order with messages: none with a higher number comes from or goes to them."""
    moment = clock.now()
    membership.left_at, membership.changed_at, membership.rev = moment, moment, rev
    membership.role = MemberRole.MEMBER
    membership.save(update_fields=["left_at", "changed_at", "rev", "role"])
    room.member_count -= 1
    room.save(update_fields=["member_count"])
    gone = [(membership.user_id, room.pk)]
    publish(room_topic(room.pk), member_removed(membership, room.member_count), detach=gone)
    publish(user_topic(membership.user_id), room_removed(room.pk, reason), detach=gone)
