"""What a message has to pass before it is kept: pauses of the site, and the rules of whoever stands above this app.

Those are named by the setting `MESSAGE_SCREEN`; they refuse by raising, or return what follows once the message is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple, cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Pausable, User
from accounts.services.pauses import paused_until, require_running
from messaging.contents import Has
from messaging.mentions import Named
from messaging.models import Message
from messaging.store import Row
from rooms.models import Room
from rooms.permissions import Rights
from rooms.services.acquaintance import require_acquaintance


class Draft(NamedTuple):
    """A message that is about to be sent, or (`message_id`) what one is about to be changed to."""

    author: User
    room_id: int
    rights: Rights
    text: str
    named: Named
    has: int
    client_id: str = ""
    payload_hash: str = ""
    reply_to: int | None = None
    message_id: int = 0
    file_ids: Sequence[int] = ()


Consequence = Callable[[Row], None]
Screen = Callable[[Draft], Consequence | None]


def screened(draft: Draft) -> Consequence | None:
    """Refuse the draft, or return what has to be done with the message in the transaction that keeps it."""
    _require_no_pause(draft)
    return _screen()(draft)


@cache
def _screen() -> Screen:
    return cast(Screen, import_string(settings.MESSAGE_SCREEN))


def _require_no_pause(draft: Draft) -> None:
    if draft.has & Has.LINK and draft.rights.rank == "member":
        require_running(Pausable.LINKS, "links.paused")
    if draft.rights.direct and paused_until(Pausable.STRANGERS) and not _was_answered(draft):
        require_acquaintance(draft.author, Room.objects.get(pk=draft.room_id).participant_ids)


def _was_answered(draft: Draft) -> bool:
    """Whoever has been answered is no stranger any more."""
    others = Message.objects.filter(room_id=draft.room_id).exclude(author_id=draft.author.pk)
    return bool(others.values_list("pk", flat=True)[:1])
