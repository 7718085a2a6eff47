"""What must hold whatever happens in a room: refusals and no-ops leave no trace, and the counter has no holes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from messaging.models import Mention, Message, Reaction
from rooms.models import Membership, Room
from tests.conftest import Published


@contextmanager
def nothing_happens(published: Published) -> Iterator[None]:
    """Assert that no row of any room changes and nobody hears anything."""
    before, heard = everything(), len(published)
    yield
    assert everything() == before
    assert published.events[heard:] == []


def everything() -> list[Any]:
    tables = (Room, Membership, Message, Reaction, Mention)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def revs(published: Published, room: Room) -> list[int]:
    """Return the `rev` of each event of the room, as they left."""
    return [event["rev"] for event in told(published) if event.get("room_id") == str(room.pk) and "rev" in event]


def assert_no_holes(published: Published, room: Room) -> None:
    """Assert that each `rev` since `room` was read has left in exactly one event."""
    since = room.rev
    room.refresh_from_db()
    later = [rev for rev in revs(published, room) if rev > since]
    assert sorted(later) == list(range(since + 1, room.rev + 1))


def told(published: Published) -> list[Any]:
    """Return the events, as JSON."""
    return list(published.events)
