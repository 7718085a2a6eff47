"""Keeping the search index as far as the rooms are, from what changed in each since (`rev`): nothing is done at a send."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from django.db import IntegrityError

from core.db import atomic, retried
from core.jobs import job, later
from messaging import search, store
from messaging.search.folding import fold
from messaging.search.short import short_tokens
from messaging.store import Row
from rooms.models import Room

BATCH = 200  # messages that are taken in together: as long as a send may have to wait on SQLite
BATCHES = 10
ROOMS_AT_ONCE = 500
LONGEST = 50.0  # seconds


def take_in(heads: dict[int, int], most: int) -> int:
    """Take in up to about `most` messages of the rooms whose `heads` ({room: rev}) the index is behind.

    Returns how many of these rooms it is still behind.
    """
    reached = search.progress(list(heads))
    behind = [room_id for room_id, head in heads.items() if reached.get(room_id, 0) < head]
    for place, room_id in enumerate(behind):
        while reached.get(room_id, 0) < heads[room_id]:
            if most <= 0:
                return len(behind) - place
            reached[room_id], count = _take_in_batch(room_id)
            most -= count
    return 0


@retried
def _take_in_batch(room_id: int) -> tuple[int, int]:
    """Take in the next messages that changed in the room; return up to which `rev` it is done now, and how many."""
    before = search.progress([room_id]).get(room_id, 0)
    head = Room.objects.values_list("rev", flat=True).get(pk=room_id)  # read first: the rows hold at least all up to it
    rows = store.changed_since(room_id, before, BATCH)
    rev = rows[-1].rev if len(rows) == BATCH else max([head, *(row.rev for row in rows)])
    with suppress(IntegrityError), atomic():  # on MongoDB several may begin the same room: one of them does
        if search.advance(room_id, before, rev):
            _keep(rows)
    return search.progress([room_id])[room_id], len(rows) or 1


def _keep(rows: Iterable[Row]) -> None:
    """Keep what is new or has changed; a reaction changes nothing of what a message is found by."""
    present = {row.id: row for row in rows}
    kept = search.kept(list(present))
    ids = [key for key, row in present.items() if kept.get(key) != (row.text_rev, flags_of(row))]
    found = [present[key] for key in ids]
    search.put([entry_of(row) for row in found if row.deleted_at is None], ids)


def entry_of(row: Row) -> search.Entry:
    """Return what the message is found by: its text and the names of its files."""
    folded = fold(searched_text(row))
    return search.Entry(
        row.id, row.room_id, row.author_id, row.text_rev, flags_of(row), folded, frozenset(short_tokens(folded))
    )


def searched_text(row: Row) -> str:
    names = [str(one.get("name", "")) for one in json.loads(row.files)] if row.files else []
    return "\n".join([row.text, *names] if row.text else names)


def flags_of(row: Row) -> int:
    return row.has | (search.PINNED if row.pinned_at else 0)


def catch_up() -> None:
    """Take in what has changed anywhere, for most of a minute: every minute, so that it goes on where it stopped."""
    until = time.monotonic() + LONGEST
    for heads in _all_heads():
        while take_in(heads, BATCHES * BATCH) > 0:
            if time.monotonic() > until:
                return


def behind() -> int:
    """Return how many changes have not been taken in yet, in all rooms together."""
    total = 0
    for heads in _all_heads():
        reached = search.progress(list(heads))
        total += sum(max(0, head - reached.get(room_id, 0)) for room_id, head in heads.items())
    return total


def _all_heads() -> Iterator[dict[int, int]]:
    after = 0
    while heads := dict(Room.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "rev")[:ROOMS_AT_ONCE]):
        yield heads
        after = max(heads)


@job()
def take_in_all() -> None:
    """Do it now, because a search has found it wanting."""
    catch_up()


def soon() -> None:
    later(take_in_all)
