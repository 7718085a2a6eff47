"""Who is in which room, for every server the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`rooms` lists the numbers of their members. Each person speaks in the first room they are in."""

    people: int
    rooms: tuple[tuple[int, ...], ...]

    def room_of(self, person: int) -> int:
        return self._first()[person]

    def _first(self) -> dict[int, int]:
        found: dict[int, int] | None = self.__dict__.get("first")
        if found is None:
            found = {person: room for room in reversed(range(len(self.rooms))) for person in self.rooms[room]}
            object.__setattr__(self, "first", found)
        return found

    def members_of(self, room: int) -> tuple[int, ...]:
        return self.rooms[room]


def one_room(people: int) -> Plan:
    return Plan(people, (tuple(range(people)),))


def many_rooms(rooms: int, members: int) -> Plan:
    """Rooms of their own people each."""
    return Plan(
        rooms * members, tuple(tuple(range(first, first + members)) for first in range(0, rooms * members, members))
    )


def overlapping(people: int, rooms_each: int, members: int) -> Plan:
    """Everybody is in `rooms_each` rooms of `members` people."""
    count = people * rooms_each // members
    return Plan(
        people, tuple(tuple((room * members + seat) % people for seat in range(members)) for room in range(count))
    )
