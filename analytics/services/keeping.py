"""The rows of a day: made together, and replaced together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from django.db import IntegrityError, router
from django.db.models import Model

from analytics.models import WHOLE_SITE, DayCount, FirstDay
from analytics.tally import MONTH, Pair, Window
from core import wire
from core.db import atomic, retried
from core.parsing import parse

BATCH = 500
TRIES = 3
COMPARED = [field.attname for field in DayCount._meta.fields if field.name not in ("id", "counted_at")]
T = TypeVar("T")


def window_before(zone: str, day: date) -> Window:
    """Return who wrote in the days before `day` that its window of 30 days reaches back to."""
    window = Window()
    near = DayCount.objects.filter(zone=zone, day__gt=day - MONTH, day__lt=day).exclude(writers="")
    for room_id, at, writers in near.order_by("day").values_list("room_id", "day", "writers"):
        window.last.setdefault(room_id, {}).update(dict.fromkeys(parse(writers), at))
    return window


def newcomers(zone: str, day: date, pairs: set[Pair]) -> set[Pair]:
    """Return those of the scopes and people who had not written there before `day`."""
    known = {(room_id, user_id) for _, room_id, user_id in _firsts(zone, pairs, before=day)}
    return pairs - known


def replace_day(zone: str, day: date, counts: Sequence[DayCount], new: set[Pair]) -> None:
    """Keep what was counted of a day instead of what was kept of it before: all or nothing.

    Of two that count the same day at once the one that comes second begins again, and finds the first one's rows to replace.
    """
    for left in reversed(range(TRIES)):
        try:
            return _replace(zone, day, counts, new)
        except IntegrityError:
            if not left:
                raise


@retried
def _replace(zone: str, day: date, counts: Sequence[DayCount], new: set[Pair]) -> None:
    """Write what differs: the chat may be waiting for the same database, and of today most is as it was."""
    with atomic(using=router.db_for_write(DayCount)):
        kept = {row.room_id: row for row in DayCount.objects.filter(zone=zone, day=day)}
        changed = [count for count in counts if _differs(kept.get(count.room_id), count)]
        left = kept.keys() - {count.room_id for count in counts}
        old = [kept[room_id].pk for room_id in [*left, *(count.room_id for count in changed)] if room_id in kept]
        _delete(DayCount, old)
        DayCount.objects.bulk_create(changed, BATCH)
        _replace_firsts(zone, day, new)


def _differs(kept: DayCount | None, count: DayCount) -> bool:
    """The site's row always does: it says when the day was counted."""
    if kept is None or count.room_id == WHOLE_SITE:
        return True
    return any(getattr(kept, name) != getattr(count, name) for name in COMPARED)


def _replace_firsts(zone: str, day: date, new: set[Pair]) -> None:
    kept = {(room_id, user_id): pk for pk, room_id, user_id in _of_day(zone, day)}
    # Counted later than they should have been: an earlier day is being counted after a later one.
    late = [pk for pk, *pair in _firsts(zone, new - kept.keys(), after=day) if tuple(pair) in new]
    _delete(FirstDay, late + [pk for pair, pk in kept.items() if pair not in new])
    FirstDay.objects.bulk_create(
        [FirstDay(zone=zone, room_id=room_id, user_id=user_id, day=day) for room_id, user_id in new - kept.keys()],
        BATCH,
    )


def _of_day(zone: str, day: date) -> Iterable[tuple[int, int, int]]:
    return FirstDay.objects.filter(zone=zone, day=day).values_list("pk", "room_id", "user_id")


def _delete(model: type[Model], keys: Sequence[int]) -> None:
    for part in _parts(keys):
        model._base_manager.filter(pk__in=part).delete()


def _firsts(
    zone: str, pairs: set[Pair], *, before: date | None = None, after: date | None = None
) -> Iterator[tuple[int, int, int]]:
    """Yield key, scope and person of the first days of these people that lie before or after a day."""
    for people in _parts(sorted({user_id for _, user_id in pairs})):
        found = FirstDay.objects.filter(zone=zone, user_id__in=people)
        found = found.filter(day__lt=before) if before else found.filter(day__gt=after)
        yield from found.values_list("pk", "room_id", "user_id")


def _parts(found: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]


def as_json(numbers: Iterable[int]) -> str:
    return wire.encode_text(list(numbers))
