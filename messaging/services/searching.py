"""Search messages: in the rooms the caller is in and nowhere else, filtered by the engine, so that no count tells more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.models import User
from core import clock
from core.clock import iso, iso_or_none
from core.errors import Invalid, NotFound
from core.ids import first_id_at
from core.limits import Limit, spend
from core.pagination import cursor_after, read_cursor
from messaging import search, store
from messaging.contents import Has
from messaging.search.highlights import snippet
from messaging.search.language import Asked, read
from messaging.search.ranking import best_first
from messaging.search.wanted import Wanted
from messaging.serializers import HitOut, ResultsOut, authors_of
from messaging.services.indexing import searched_text, soon, take_in
from messaging.services.naming import Places, look_up
from messaging.store import Row
from rooms.services.access import room_ids_of

SEARCHES = Limit("search", times=20, seconds=60)
LAST_ID = 2**63 - 1
MOST_COUNTED = 1_000
MOST_RANKED = 300  # the newest of them are put in order when the best are wanted first
MOST_TAKEN_IN = 1_000  # messages that a search itself takes into the index
KINDS: tuple[tuple[Literal["file", "image", "link"], Has], ...] = (
    ("file", Has.FILE), ("image", Has.IMAGE), ("link", Has.LINK),
)  # fmt: skip
Sort = Literal["newest", "best"]


class Cursor(NamedTuple):
    """Where the next page begins: below an id; among the best, after so many of those below it."""

    below: int
    skip: int


def search_messages(
    *, actor: User, q: str, room_id: int | None = None, sort: Sort = "newest", tz: str = "UTC", cursor: str = "",
    limit: int = 20,
) -> ResultsOut:  # fmt: skip
    """Return the messages that `q` finds (messaging.search.language), a page at a time.

    Raises `NotFound` for a room the caller is not in, `Invalid` (`search.empty`, `search.too_long`, `search.too_many`),
    `RateLimited`.
    """
    spend(SEARCHES, actor.pk)
    asked = read(q, _zone(tz), clock.now())
    mine = room_ids_of(actor.pk)
    if room_id is not None and room_id not in mine:
        raise NotFound()
    places = look_up(asked, actor, mine if room_id is None else [room_id])
    complete = _take_in(places.heads)
    at = Cursor(*read_cursor(cursor, tuple[int, int])) if cursor else None
    page = _page(_wanted(asked, places), sort, at, limit)
    answer = _render(page.ids, asked.words, complete)
    answer.next = page.next
    if at is None:
        answer.count, answer.more, answer.unknown = page.total, page.more, places.unknown
    return answer


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(fields={"tz": ["There is no such time zone."]}) from None


def _take_in(heads: dict[int, int]) -> bool:
    """Bring the index to where these rooms are; what is too much to wait for is left to a job."""
    done = take_in(heads, MOST_TAKEN_IN) == 0
    if not done:
        soon()
    return done


def _wanted(asked: Asked, places: Places) -> Wanted:
    return Wanted(
        rooms=tuple(places.rooms),
        size=places.size,
        words=tuple(asked.words),
        without=tuple(asked.without),
        authors=None if places.authors is None else tuple(places.authors),
        not_authors=tuple(places.not_authors),
        has=tuple(asked.has),
        lacks=tuple(asked.lacks),
        above=_first_id(asked.since) - 1 if asked.since else 0,
        below=_first_id(asked.until) if asked.until else LAST_ID,
    )


def _first_id(moment: datetime) -> int:
    """Return the bound of ids at this moment; no id comes after the last one that a database can keep."""
    return min(first_id_at(moment), LAST_ID)


class Page(NamedTuple):
    """The ids of a page in the order they are shown, and what is said of the rest."""

    ids: list[int]
    next: str | None
    total: int
    more: bool


def _page(wanted: Wanted, sort: Sort, at: Cursor | None, limit: int) -> Page:
    if at is not None:
        wanted = wanted._replace(below=min(at.below, wanted.below))
    if sort == "best":
        return _best(wanted, at.skip if at else 0, limit)
    ids = search.find(wanted, limit + 1 if at else MOST_COUNTED + 1)
    following = cursor_after(ids[limit - 1], 0) if len(ids) > limit else None
    return Page(ids[:limit], following, min(len(ids), MOST_COUNTED), len(ids) > MOST_COUNTED)


def _best(wanted: Wanted, skip: int, limit: int) -> Page:
    ids = search.find(wanted, MOST_COUNTED + 1)
    ranked = best_first(store.some(ids[:MOST_RANKED]), wanted.words)
    following = cursor_after(ids[0] + 1, skip + limit) if len(ranked) > skip + limit else None
    return Page(ranked[skip : skip + limit], following, min(len(ids), MOST_COUNTED), len(ids) > MOST_COUNTED)


def _render(ids: Sequence[int], words: Sequence[str], complete: bool) -> ResultsOut:
    rows = {row.id: row for row in store.some(ids)}
    there = [rows[key] for key in ids if key in rows and rows[key].deleted_at is None]
    return ResultsOut(
        results=[_hit(row, words) for row in there], users=authors_of(there), next=None, complete=complete
    )


def _hit(row: Row, words: Sequence[str]) -> HitOut:
    shown = snippet(searched_text(row), words)
    return HitOut(
        message_id=str(row.id),
        room_id=str(row.room_id),
        seq=row.seq,
        author_id=str(row.author_id),
        created_at=iso(row.created_at),
        edited_at=iso_or_none(row.edited_at),
        pinned=bool(row.pinned_by),
        has=[kind for kind, flag in KINDS if row.has & flag],
        text=shown.text,
        found=shown.found,
        cut_before=shown.cut_before,
        cut_after=shown.cut_after,
    )
