"""Whom and which rooms a search names: looked up among what the caller can see, so that nothing else can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from accounts.models import User
from accounts.names import username_key
from messaging.search.language import Asked
from rooms.models import Kind, Room
from rooms.services.rooms import name_key

KNOWN = ("pk", "kind", "name_key", "participants", "rev", "last_seq")


class Places(NamedTuple):
    """Where is searched, with each room's `rev`, and whose messages.

    `unknown` are the operators that name nothing here, as they were typed.
    """

    rooms: list[int]
    heads: dict[int, int]
    size: int
    authors: list[int] | None
    not_authors: list[int]
    unknown: list[str]


def look_up(asked: Asked, actor: User, room_ids: Sequence[int]) -> Places:
    """Return the places among these rooms. A name that nobody has, or that is not for the caller, finds nothing."""
    people = _people([*asked.people, *asked.not_people, *_direct(asked.rooms), *_direct(asked.not_rooms)], actor)
    rooms = list(Room.objects.filter(pk__in=list(room_ids)).only(*KNOWN))
    inside, outside = (_named(names, rooms, people, actor) for names in (asked.rooms, asked.not_rooms))
    chosen = [room for room in rooms if (not asked.rooms or room.pk in inside) and room.pk not in outside]
    unknown = [f"from:{name}" for name in asked.people if _bare(name) not in people]
    unknown += [f"in:{name}" for name in asked.rooms if not _named([name], rooms, people, actor)]
    return Places(
        rooms=[room.pk for room in chosen],
        heads={room.pk: room.rev for room in chosen},
        size=sum(room.last_seq for room in chosen),
        authors=[people[_bare(name)] for name in asked.people if _bare(name) in people] if asked.people else None,
        not_authors=[people[_bare(name)] for name in asked.not_people if _bare(name) in people],
        unknown=unknown,
    )


def _direct(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.startswith("@")]


def _bare(name: str) -> str:
    return name.removeprefix("@").casefold()


def _people(names: Sequence[str], actor: User) -> dict[str, int]:
    """Return the ids of those who exist, by their names as typed."""
    bare = {_bare(name) for name in names}
    keys = {name: username_key(name) for name in bare - {"me"}}
    found = dict(User.objects.filter(username_key__in=list(keys.values())).values_list("username_key", "pk"))
    people = {name: found[key] for name, key in keys.items() if key in found}
    return people | ({"me": actor.pk} if "me" in bare else {})


def _named(names: Sequence[str], rooms: Sequence[Room], people: dict[str, int], actor: User) -> set[int]:
    """Return the rooms that have one of the names; `@somebody` names the conversation with them alone."""
    keys = {name_key(name.removeprefix("#")) for name in names}
    found = {room.pk for room in rooms if room.kind != Kind.DIRECT and room.name_key in keys}
    for name in _direct(names):
        both = {people.get(_bare(name)), actor.pk}
        found |= {room.pk for room in rooms if room.kind == Kind.DIRECT and set(room.participant_ids) == both}
    return found
