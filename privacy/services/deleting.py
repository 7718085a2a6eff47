"""The end of an account: at once for the person, and what is much work by a job that can be interrupted."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password

from accounts.models import User
from accounts.services.closing import close_account
from core import clock
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import Invalid
from core.jobs import job, later
from core.limits import Limit, spend
from privacy.models import Deletion, Fate
from privacy.services.parts import all_parts
from rooms.services.access import room_ids_of
from rooms.services.counter import raise_access
from rooms.services.departing import depart_everywhere

TRIES = Limit("delete.account", times=5, seconds=900, guard=True)


def delete_own_account(*, actor: User, password: str, messages: str) -> None:
    """Delete the actor's account, once they have shown that it is theirs."""
    spend(TRIES, actor.pk)
    if not check_password(password, actor.password):
        reason = "This is not your password."
        raise Invalid(fields={"password": [reason]}, message=reason)
    delete_account(actor_id=actor.pk, user=actor, messages=messages)


@retried
def delete_account(*, actor_id: int, user: User, messages: str) -> None:
    """Let nobody in by this account any more, from now on and on every process; a job does the rest.

    Raises `Forbidden` (`user.last_admin`). `actor_id` is 0 for whoever has a shell.
    """
    known = room_ids_of(user.pk)
    with atomic():
        raise_access(user.pk, known)
        # Read here: what a first try that met another transaction changed on the object did not happen.
        person = User.objects.get(pk=user.pk)
        close_account(user=person, keeps_name=messages == Fate.KEEP, rooms=known)
        Deletion.objects.get_or_create(user_id=user.pk, defaults={"messages": messages})
        record(
            Action.ACCOUNT_DELETED,
            actor_id=actor_id,
            target="person",
            target_id=user.pk,
            subject_id=user.pk,
            change={"messages": messages},
        )
    later(finish_deletion, user.pk)


@job()
def finish_deletion(user_id: int) -> None:
    """Leave every room and forget what every app knows of the person. Each step finds by itself what is left of it."""
    deletion = at_most_one(Deletion.objects.filter(user_id=user_id, done_at=None))
    if deletion is None:
        return
    depart_everywhere(user_id)
    for part in all_parts():
        part.forget(user_id, deletion.messages == Fate.DELETE)
    Deletion.objects.filter(pk=deletion.pk, done_at=None).update(done_at=clock.now())


def resume_deletions() -> None:
    """Go on with what a killed process left."""
    for user_id in Deletion.objects.filter(done_at=None).values_list("user_id", flat=True):
        later(finish_deletion, user_id)
