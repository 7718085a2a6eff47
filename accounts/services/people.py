"""Finding the people of this site."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from accounts.models import User
from accounts.names import folded
from core.db import at_most_one
from core.errors import NotFound
from core.limits import Limit, spend
from core.pagination import cursor_after, read_cursor

SEARCHES = Limit("people", times=60, seconds=60)


class People(NamedTuple):
    found: list[User]
    cursor: str | None


def find_people(*, actor: User, q: str = "", cursor: str = "", limit: int = 50) -> People:
    """Return active people by username, those whose username begins with `q` or whose display name holds it."""
    spend(SEARCHES, actor.pk)
    listed = User.objects.filter(is_active=True, suspended_at=None)
    if wanted := folded(q.strip()):
        listed = listed.filter(Q(username__startswith=wanted) | Q(display_name__icontains=wanted))
    if cursor:
        listed = listed.filter(username__gt=read_cursor(cursor, tuple[str])[0])
    page = list(listed.order_by("username")[: limit + 1])
    more = len(page) > limit
    return People(page[:limit], cursor_after(page[limit - 1].username) if more else None)


def person(*, user_id: int) -> User:
    """Return anybody, also who is suspended or gone: their messages are still there."""
    user = at_most_one(User.objects.filter(pk=user_id))
    if user is None:
        raise NotFound()
    return user
