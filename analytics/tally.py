"""Counts what happened on one day; plain functions over facts, which know no database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from analytics.days import hour_of
from analytics.facts import Said
from analytics.models import WHOLE_SITE

HOURS = 24
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
Pair = tuple[int, int]  # a scope and a person


@dataclass
class Tally:
    """One scope's day."""

    messages: int = 0
    files: int = 0
    hours: list[int] = field(default_factory=lambda: [0] * HOURS)
    writers: set[int] = field(default_factory=set)


def tally(said: Iterable[Said], files: Mapping[int, int], zone: str) -> dict[int, Tally]:
    """Count messages, and files by the room they were sent to: for every room, and for the whole site."""
    hours, writers = Counter[tuple[int, int]](), defaultdict[int, set[int]](set)
    for room_id, author_id, at in said:
        hours[room_id, hour_of(at, zone)] += 1
        writers[room_id].add(author_id)
    found = defaultdict[int, Tally](Tally, {WHOLE_SITE: Tally()})
    for (room_id, hour), count in hours.items():
        for scope in (WHOLE_SITE, room_id):
            found[scope].messages += count
            found[scope].hours[hour] += count
    for room_id in {*writers, *files}:
        for scope in (WHOLE_SITE, room_id):
            found[scope].writers |= writers.get(room_id, set())
            found[scope].files += files.get(room_id, 0)
    return dict(found)


@dataclass
class Window:
    """Who wrote in the last 30 days, by scope, and when last. Days are taken in order."""

    last: dict[int, dict[int, date]] = field(default_factory=dict)

    def take(self, day: date, writers: Mapping[int, Iterable[int]]) -> None:
        """Let `day` pass, with who wrote on it by scope."""
        for scope, people in writers.items():
            self.last.setdefault(scope, {}).update(dict.fromkeys(people, day))
        kept = {
            scope: {person: at for person, at in people.items() if at > day - MONTH}
            for scope, people in self.last.items()
        }
        self.last = {scope: people for scope, people in kept.items() if people}

    def strangers(self, writers: Mapping[int, Iterable[int]]) -> set[Pair]:
        """Return the scopes and people that are not in the window: only of these it has to be looked up who is new."""
        return {
            (scope, person)
            for scope, people in writers.items()
            for person in people
            if person not in self.last.get(scope, ())
        }

    def active_week(self, scope: int, day: date) -> int:
        return sum(at > day - WEEK for at in self.last.get(scope, {}).values())

    def active_month(self, scope: int) -> int:
        return len(self.last.get(scope, {}))
