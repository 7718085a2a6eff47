"""Who is administrator and moderator of the site."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.events import user_updated
from accounts.models import Role, User
from accounts.services.stamping import person_changed
from core.db import atomic, retried
from core.errors import Forbidden
from core.events import publish, user_topic


@retried
def change_role(*, actor: User, user: User, role: Role, rooms: Sequence[int] = ()) -> None:
    """Give somebody else a role on the site. Not to oneself: so there is always an administrator left."""
    if not actor.is_superuser or actor.pk == user.pk:
        raise Forbidden()
    with atomic():
        if User.objects.filter(pk=user.pk).exclude(role=role).update(role=role):
            user.role = role
            person_changed(user.pk, seen=True)
            publish(user_topic(user.pk), user_updated(user), rooms=rooms)
