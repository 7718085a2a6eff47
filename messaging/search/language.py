"""What people type to search: words, "phrases", -word, from: in: has: is: before: after: on:. What is none of it is a word.

Reading never fails for its form: `std::vector`, `http://x`, `C:\\x` and `before:lunch` are words. Only what is empty or too
long is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from core.errors import Invalid
from messaging.contents import Has
from messaging.search.folding import TYPOGRAPHY, fold
from messaging.search.wanted import PINNED

MOST_CHARACTERS = 500
MOST_WORDS = 20
# Linear: each repetition is of what the next part cannot begin with.
TOKEN = re.compile(r'(?P<not>-?)(?:(?P<operator>[a-z]+):)?"(?P<phrase>(?:[^"\\]|\\.)*)(?:"|\\?\Z)|(?P<bare>\S+)', re.I)
OPERATOR = re.compile(r"(?P<not>-?)(?P<operator>[a-z]+):(?P<value>\S+)", re.IGNORECASE)
NEGATED = re.compile(r"-(?=[^\W_])")
ESCAPED = re.compile(r'\\(?=[-"]|(?:from|in|has|is|before|after|on):)', re.IGNORECASE)
FLAGS = {
    ("has", "file"): Has.FILE, ("has", "image"): Has.IMAGE, ("has", "link"): Has.LINK, ("is", "pinned"): PINNED,
}  # fmt: skip
DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")


@dataclass
class Asked:
    """A search as it was typed: names are not looked up yet, times are the UTC moments that bound it."""

    words: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    not_people: list[str] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    not_rooms: list[str] = field(default_factory=list)
    has: list[int] = field(default_factory=list)
    lacks: list[int] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.people or self.rooms or self.has or self.since or self.until)


def read(text: str, zone: tzinfo, now: datetime) -> Asked:
    """Return what is asked for; days are those of the time zone. Raise `Invalid` for what is empty or too long."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid("search.too_long")
    asked = Asked()
    for token in TOKEN.finditer(text.translate(TYPOGRAPHY)):
        if token["bare"] is None:
            _take_quoted(asked, token)
        else:
            _take_bare(asked, token["bare"], zone, now)
    if asked.is_empty:  # what is there but for nothing to take it from is meant as it stands
        asked.words, asked.without = [f"-{word}" for word in asked.without], []
    if asked.is_empty and not (asked.not_people or asked.not_rooms or asked.lacks):
        raise Invalid("search.empty")
    if len(asked.words) + len(asked.without) > MOST_WORDS:
        raise Invalid("search.too_many")
    return asked


def _take_quoted(asked: Asked, token: re.Match[str]) -> None:
    phrase, operator = token["phrase"].replace('\\"', '"'), (token["operator"] or "").lower()
    if operator in ("from", "in") and phrase:
        _take_name(asked, operator, phrase, bool(token["not"]))
    else:
        before = f"{operator}:" if operator else ""
        _add(asked.without if token["not"] else asked.words, before + phrase)


def _take_bare(asked: Asked, bare: str, zone: tzinfo, now: datetime) -> None:
    escaped = ESCAPED.match(bare)
    found = None if escaped else OPERATOR.fullmatch(bare)
    if found and _take_operator(asked, found, zone, now):
        return
    negated = None if escaped else NEGATED.match(bare)
    _add(asked.without if negated else asked.words, bare[1:] if negated or escaped else bare)


def _take_operator(asked: Asked, found: re.Match[str], zone: tzinfo, now: datetime) -> bool:
    """Take what is an operator with a value it knows; return False for any other text of that form."""
    operator, value, negated = found["operator"].lower(), found["value"], bool(found["not"])
    if operator in ("from", "in"):
        return _take_name(asked, operator, value, negated)
    if flag := FLAGS.get((operator, value.lower())):
        (asked.lacks if negated else asked.has).append(int(flag))
        return True
    days = None if negated else _days(value, zone, now)
    if operator not in BOUNDS or days is None:
        return False
    BOUNDS[operator](asked, *days)
    return True


def _take_name(asked: Asked, operator: str, value: str, negated: bool) -> bool:
    people, rooms = (asked.not_people, asked.not_rooms) if negated else (asked.people, asked.rooms)
    (people if operator == "from" else rooms).append(value)
    return True


def _add(words: list[str], word: str) -> None:
    folded = fold(word).strip()
    if folded and folded not in words:
        words.append(folded)


def _before(asked: Asked, start: datetime, end: datetime) -> None:
    asked.until = min(asked.until or start, start)


def _after(asked: Asked, start: datetime, end: datetime) -> None:
    asked.since = max(asked.since or end, end)


def _on(asked: Asked, start: datetime, end: datetime) -> None:
    asked.since, asked.until = max(asked.since or start, start), min(asked.until or end, end)


LAST = date.max - timedelta(days=1)
BOUNDS: dict[str, Callable[[Asked, datetime, datetime], None]] = {"before": _before, "after": _after, "on": _on}


def _days(value: str, zone: tzinfo, now: datetime) -> tuple[datetime, datetime] | None:
    """Return when the day, month or year begins and when the next one does; None for what names none."""
    today = now.astimezone(zone).date()
    known = {"today": today, "yesterday": today - timedelta(days=1)}
    day = known.get(value.lower())
    found = DAY.fullmatch(value)
    try:
        if day is not None:
            first, after = day, day + timedelta(days=1)
        elif found is not None:
            first, after = _span(found)
        else:
            return None
        return _midnight(first, zone), _midnight(after, zone)
    except (ValueError, OverflowError):
        return None


def _span(found: re.Match[str]) -> tuple[date, date]:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    first = date(year, month, day)
    if year == date.max.year:  # nothing comes after it; midnight of its last day may be in the next year elsewhere
        return min(first, LAST), LAST
    if found["day"]:
        return first, first + timedelta(days=1)
    if found["month"]:
        return first, date(year + month // 12, month % 12 + 1, 1)
    return first, date(year + 1, 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
