"""Rooms as the caller may know them, and the one counter that orders everything in them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from core import clock
from core.db import at_most_one, atomic, undo
from core.errors import NotFound
from rooms.models import Membership, Room
from rooms.permissions import Capability, Rights, capabilities
from rooms.services.counter import head_of, take_rev

MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a room under way: what the actor is in it, and the `rev` the change takes."""

    room: Room
    membership: Membership
    rights: Rights
    rev: int


def membership_of(user_id: int, room_id: int) -> Membership:
    """Return the person's present membership; raise `NotFound`, as for a room that never was."""
    found = at_most_one(Membership.objects.filter(room_id=room_id, user_id=user_id, left_at=None))
    if found is None:
        raise NotFound()
    return found


def room_ids_of(user_id: int) -> list[int]:
    """Return the rooms the person is in."""
    (found,) = room_ids_of_all([user_id])
    return found


def room_ids_of_all(user_ids: Sequence[int]) -> list[list[int]]:
    """Return the rooms that each of these people is in."""
    present = Membership.objects.filter(user_id__in=set(user_ids), left_at=None).values_list("user_id", "room_id")
    found: dict[int, list[int]] = {user_id: [] for user_id in user_ids}
    for user_id, room_id in present:
        found[user_id].append(room_id)
    return [found[user_id] for user_id in user_ids]


def muted_in_room(user_id: int) -> datetime | None:
    """Return until when the person is muted in one of their rooms, the last of these ends; None when in none."""
    mine = Membership.objects.filter(user_id=user_id, left_at=None).values_list("muted_until", flat=True)
    return max((until for until in mine if until is not None), default=None)


def load_rights(user_id: int, room_id: int) -> Rights:
    """Decide from the database what the person may do here; raise `NotFound` for outsiders."""
    room = at_most_one(Room.objects.filter(pk=room_id))
    if room is None:  # read first: a change of rights in between makes the remembered access_rev old, never too new
        raise NotFound()
    return decide(room, membership_of(user_id, room_id), User.objects.get(pk=user_id))


def decide(room: Room, membership: Membership, user: User) -> Rights:
    return capabilities(
        kind=room.kind,
        posting=room.posting,
        archived=room.archived_at is not None,
        access_rev=room.access_rev,
        role=membership.role,
        site_role=user.role,
        muted_until=membership.muted_until,
        site_muted_until=user.muted_until,
        suspended=user.is_suspended,
        now=clock.now(),
        closed=membership.closed,
        slow_seconds=room.slow_seconds,
        forgets=room.retention_days > 0 or room.history_from > 0,
    )


class RightsMemory:
    """What this process remembers of rights. Every use is guarded by `access_rev` in the statement that relies on it."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], Rights] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, user_id: int, room_id: int) -> Rights:
        with self._lock:
            rights = self._known.get((user_id, room_id))
        if rights is None or (rights.until is not None and rights.until <= clock.now()):
            return self.fresh(user_id, room_id)
        return rights

    def now(self, user_id: int, room_id: int) -> Rights:
        """Return rights that are true now, for reading: remembered ones only if nobody's have changed since.

        Costs no query while nothing changes; raises `NotFound` for outsiders.
        """
        rights, head = self.of(user_id, room_id), head_of(room_id)
        return rights if head is not None and head.access_rev == rights.access_rev else self.fresh(user_id, room_id)

    def allowing(self, capability: Capability, user_id: int, room_id: int) -> Rights:
        """Return rights that include `capability`; else raise `Forbidden`.

        The guard finds out what is no longer allowed. What was refused and is allowed by now it never gets to see, so a
        refusal is decided anew each time.
        """
        rights = self.of(user_id, room_id)
        if not rights.may(capability):
            rights = self.fresh(user_id, room_id)
        rights.require(capability)
        return rights

    def fresh(self, user_id: int, room_id: int) -> Rights:
        self.forget(user_id, room_id)
        rights = load_rights(user_id, room_id)
        with self._lock:
            self._known[user_id, room_id] = rights
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return rights

    def forget(self, user_id: int, room_id: int) -> None:
        with self._lock:
            self._known.pop((user_id, room_id), None)

    def clear(self) -> None:
        with self._lock:
            self._known.clear()


remembered = RightsMemory()


@contextmanager
def changing(actor: User, room_id: int, need: Capability) -> Iterator[Change]:
    """Open a transaction for a change of the room's settings, members or rights.

    Takes the `rev` first: what is then read of the room and its members stays true until the commit. Raises `NotFound`
    for outsiders and `Forbidden` without the right; nothing has happened then.
    """
    with atomic():
        rev = take_rev(room_id, alters_access=True)
        room = Room.objects.get(pk=room_id)
        membership = membership_of(actor.pk, room_id)
        rights = decide(room, membership, User.objects.get(pk=actor.pk))
        rights.require(need)
        yield Change(room, membership, rights, rev)


def unchanged(room: Room) -> Room:
    """Give the `rev` back, because nothing had to change, and return the room as it stays."""
    undo()
    room.rev -= 1
    return room
