"""After a backup was restored: the counters go over numbers again that clients have seen for other changes."""

from __future__ import annotations

from django.db.models import F

from rooms.models import Room, new_epoch


def begin_epoch() -> int:
    """Give every room a new epoch; return how many there are.

    Whoever knows a room from before forgets it and reads it anew: connected ones with the next sweep, all others when
    they come back. What processes remember of rooms and rights ends with the numbers it was read at.
    """
    return Room.objects.update(epoch=new_epoch(), rev=F("rev") + 1, access_rev=F("access_rev") + 1)
