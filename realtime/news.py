"""Memberships that changed: what the sweep looks for, and what those concerned are told of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from accounts.models import User
from accounts.serializers import user_out
from core import clock
from core.wire import encode_text
from realtime.frames import Frame
from realtime.sockets import Socket
from rooms.events import membership_updated, room_added
from rooms.models import Membership, Room
from rooms.serializers import entry_out


class Changed(NamedTuple):
    pk: int
    user_id: int
    room_id: int
    changed_at: datetime
    left_at: datetime | None

    def is_known_to(self, socket: Socket) -> bool:
        """Whether the socket's `ready` showed the membership as it is since this change."""
        return (self.pk, self.changed_at) in socket.fresh


class News(NamedTuple):
    """A membership as it is now, told to whoever hears its room already (`updated`) and to whoever does not (`added`)."""

    change: Changed
    updated: Frame
    added: Frame
    rev: int


def changed_memberships(
    since: datetime, user_ids: Collection[int], seen: Collection[tuple[int, datetime]]
) -> list[Changed]:
    """Return the changes of these people's memberships since then that are not among the `seen` ones.

    Plain rows: after a large import or a restart thousands may have changed, and nearly all of them are known.
    """
    rows = Membership.objects.filter(changed_at__gte=since).order_by("changed_at").values_list(*Changed._fields)
    changes = map(Changed._make, rows)
    return [each for each in changes if each.user_id in user_ids and (each.pk, each.changed_at) not in seen]


def news_of(membership_ids: Sequence[int]) -> list[News]:
    """Return the news of those that are still in their rooms: three queries for all of them."""
    memberships = Membership.objects.in_bulk(membership_ids)
    present = [memberships[pk] for pk in membership_ids if pk in memberships and memberships[pk].left_at is None]
    rooms = Room.objects.in_bulk({membership.room_id for membership in present})
    ids = {membership.user_id for membership in present}
    people = User.objects.in_bulk(ids.union(*(room.participant_ids for room in rooms.values())))
    return [_news(membership, rooms[membership.room_id], people) for membership in present]


def _news(membership: Membership, room: Room, people: dict[int, User]) -> News:
    entry = entry_out(room, membership, people[membership.user_id], clock.now())
    shown = [user_out(people[user_id]) for user_id in dict.fromkeys((membership.user_id, *room.participant_ids))]
    row = [getattr(membership, name) for name in Changed._fields]
    updated = Frame(encode_text(membership_updated(membership, entry.membership)), alone=True)
    return News(Changed._make(row), updated, Frame(encode_text(room_added(entry, shown)), alone=True), room.rev)
