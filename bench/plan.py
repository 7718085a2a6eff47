"""Who is in which room, for every server the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

PASSWORD = "correct horse battery"  # noqa: S105 - of everybody on a site that lives for a minute


@dataclass(frozen=True)
class Plan:
    """`rooms` lists the numbers of their members. Each person speaks in the first room they are in."""

    people: int
    rooms: tuple[tuple[int, ...], ...]
    messages: int = 0  # in each room before anybody comes

    def room_of(self, person: int) -> int:
        return self.rooms_of[person][0]

    @cached_property
    def rooms_of(self) -> list[list[int]]:
        """The rooms of each person."""
        found: list[list[int]] = [[] for _ in range(self.people)]
        for room, members in enumerate(self.rooms):
            for person in members:
                found[person].append(room)
        return found

    def numbers_of(self, room: int) -> range:
        """Return the numbers of the messages that are in the room from the start."""
        return range(room * self.messages + 1, (room + 1) * self.messages + 1)


def one_room(people: int) -> Plan:
    return Plan(people, (tuple(range(people)),))


def many_rooms(rooms: int, members: int) -> Plan:
    """Rooms of their own people each."""
    seats = range(0, rooms * members, members)
    return Plan(rooms * members, tuple(tuple(range(first, first + members)) for first in seats))


def overlapping(people: int, rooms_each: int, members: int, messages: int) -> Plan:
    """Everybody is in `rooms_each` rooms of `members` people, each with `messages` that nobody has seen."""
    rooms = range(people * rooms_each // members)
    seats = tuple(tuple((room * members + seat) % people for seat in range(members)) for room in rooms)
    return Plan(people, seats, messages)
