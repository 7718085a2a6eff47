"""Where decisions about people on the whole site take hold in rooms. Who may decide them is for the caller above to say."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Role, User
from accounts.services import roles, suspension
from core import clock
from core.db import atomic, retried
from core.events import publish, room_topic
from rooms.events import member_updated
from rooms.models import Membership
from rooms.services.access import membership_of, room_ids_of
from rooms.services.counter import raise_access, take_rev
from rooms.services.members import publish_own


@retried
def mute_member(*, room_id: int, user_id: int, until: datetime | None) -> Membership:
    """Let a member read but not write until then (None: at once again). True on every process from the commit on."""
    with atomic():
        rev = take_rev(room_id, alters_access=True)
        membership = membership_of(user_id, room_id)
        membership.muted_until, membership.rev, membership.changed_at = until, rev, clock.now()
        membership.save(update_fields=["muted_until", "rev", "changed_at"])
        publish(room_topic(room_id), member_updated(membership))
        publish_own(membership)
        return membership


@retried
def suspend_person(*, user: User) -> None:
    """Shut a person out of the whole site: sessions end, sockets close, nothing of theirs gets in any more."""
    known = room_ids_of(user.pk)
    with atomic():
        raise_access(user.pk, known)
        suspension.suspend_user(user=user)


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
