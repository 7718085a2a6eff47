"""Apps that do not know each other, put together: who hears of which event, and who answers for whom."""

from __future__ import annotations

from accounts.services.blocks import blocking
from accounts.services.standing import set_appeal_of
from core.events import set_watchers
from moderation.services.listing import appeal_of_banned
from notifications.services.surroundings import Surroundings, set_surroundings
from notifications.services.watching import WATCHERS
from realtime.activity import active_among


def compose() -> None:
    """Once in every process that serves people or does jobs."""
    set_watchers(WATCHERS)
    set_appeal_of(appeal_of_banned)
    set_surroundings(Surroundings(active_among=active_among, blocking=blocking))
