"""Who is administrator and moderator of the site."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.events import user_updated
from accounts.models import Role, User
from accounts.services.stamping import person_changed
from core.audit import Action, record
from core.db import atomic, retried
from core.errors import Forbidden
from core.events import publish, user_topic


@retried
def change_role(*, actor: User, user: User, role: Role, rooms: Sequence[int] = ()) -> None:
    """Give somebody else a role on the site.

    Not to oneself, and only while one is an administrator oneself: so there is always one left, also when two take the
    role from each other at once (what is recorded is recorded one by one).
    """
    if not actor.is_superuser or actor.pk == user.pk:
        raise Forbidden()
    with atomic():
        before = User.objects.values_list("role", flat=True).get(pk=user.pk)
        if before != role:
            User.objects.filter(pk=user.pk).update(role=role)
            record(
                Action.SITE_ROLE_CHANGED,
                actor_id=actor.pk,
                target="person",
                target_id=user.pk,
                subject_id=user.pk,
                change={"role": [before, role]},
            )
            if not User.objects.filter(pk=actor.pk, role=Role.ADMIN, is_active=True, suspended_at=None).exists():
                raise Forbidden()
            user.role = role
            person_changed(user.pk, seen=True)
            publish(user_topic(user.pk), user_updated(user), rooms=rooms)
