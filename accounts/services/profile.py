"""What people tell about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.events import user_updated
from accounts.models import User
from accounts.names import clean_display_name, clean_email, clean_status_text, clean_username
from accounts.services.pauses import require_no_link
from accounts.services.registration import unique_names
from accounts.services.stamping import person_changed
from accounts.services.standing import require_voice
from core.db import retried
from core.events import publish, user_topic
from core.limits import Limit, spend

CHANGES = Limit("profile", times=20, seconds=60)
PUBLIC = ("username", "display_name", "avatar_color", "avatar", "status_text")
COLUMNS = (*PUBLIC, "username_key", "email", "email_key")


def update_profile(
    *,
    actor: User,
    username: str | None = None,
    email: str | None = None,
    display_name: str | None = None,
    avatar_color: str | None = None,
    status_text: str | None = None,
    rooms: Sequence[int] = (),
    muted_until: datetime | None = None,
) -> User:
    """Change what is given. Everybody in `rooms`, whom `actor` shares a room with, hears what they may see of it.

    Who is muted, on the site or (`muted_until`) in a room, changes nothing that others see.
    """
    spend(CHANGES, actor.pk)
    before = {column: getattr(actor, column) for column in COLUMNS}
    if username is not None:
        actor.take_username(clean_username(username))
    if email is not None:
        actor.take_email(clean_email(email))
    if display_name is not None:
        actor.display_name = clean_display_name(display_name)
    if avatar_color is not None:
        actor.avatar_color = avatar_color.lower()
    if status_text is not None:
        actor.status_text = clean_status_text(status_text)
        require_no_link(actor, status_text)
    changed = [column for column in COLUMNS if getattr(actor, column) != before[column]]
    if set(changed) & set(PUBLIC):
        require_voice(actor, muted_until)
    _save(actor, changed, rooms)
    return actor


def set_avatar(*, actor: User, avatar: str, rooms: Sequence[int] = ()) -> str:
    """Show the picture at this address for the actor, or none (empty); return the address of the one before."""
    spend(CHANGES, actor.pk)
    before, actor.avatar = actor.avatar, avatar
    _save(actor, ["avatar"] if avatar != before else [], rooms)
    return before


@retried
def _save(actor: User, changed: list[str], rooms: Sequence[int]) -> None:
    if not changed:
        return
    with unique_names(actor):
        actor.save(update_fields=changed)
        person_changed(actor.pk, seen=True)
        if set(changed) & set(PUBLIC):
            publish(user_topic(actor.pk), user_updated(actor), rooms=rooms)
