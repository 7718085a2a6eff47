"""Turns conversations.txt into who says what when."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from config.demo.cast import WORDS

SLOT = re.compile(r"\{(\w+)\}")
SPEAKER = re.compile(r"@([A-C])\b")
# A line: who speaks, and `>` instead of `:` where it answers the first line.
LINE = re.compile(r"^([A-C])([:>]) (.*)$")
WEEKS = 5
FIRST_HOUR, LAST_HOUR = 8, 19


class Line(NamedTuple):
    """Something somebody says. `answers` is how many lines back the message is that it replies to; 0 for none."""

    username: str
    text: str
    at: datetime
    answers: int


@cache
def _conversations() -> list[list[re.Match[str]]]:
    text = Path(__file__).with_name("conversations.txt").read_text(encoding="utf-8")
    return [[found for line in block.splitlines() if (found := LINE.match(line))] for block in text.split("\n\n")]


def talk(chance: random.Random, people: Sequence[str], count: int, now: datetime) -> Iterator[Line]:
    """Yield `count` lines between these people, in order, over the past weeks up to `now`."""
    starts = sorted(_moment(chance, now) for _ in range(count))
    said, last = 0, starts[0] if starts else now
    while said < count:
        for line in _one(chance, people, max(starts[said], last))[: count - said]:
            last = min(line.at, now)
            said += 1
            yield line._replace(at=last)


def _moment(chance: random.Random, now: datetime) -> datetime:
    """Return a time of the past weeks; people mostly talk on working days, by day."""
    day = now - timedelta(days=chance.randrange(WEEKS * 7))
    moment = day.replace(hour=chance.randint(FIRST_HOUR, LAST_HOUR), minute=chance.randrange(60))
    weekend = moment.weekday() >= 5 and chance.random() < 0.8
    return _moment(chance, now) if weekend or moment > now else moment


def _one(chance: random.Random, people: Sequence[str], at: datetime) -> list[Line]:
    """Play one conversation, its parts given to different people as far as there are any."""
    cast = dict(zip("ABC", chance.sample(people, len(people)) * 3, strict=False))
    chosen = {word: chance.sample(known, len(known)) for word, known in WORDS.items()}
    lines: list[Line] = []
    for found in chance.choice(_conversations()):
        speaker, mark, text = found.groups()
        text = SLOT.sub(lambda slot: chosen[slot[1]].pop(), text)
        text = SPEAKER.sub(lambda name: f"@{cast[name[1]]}", text)
        at += timedelta(seconds=chance.randint(15, 240))
        lines.append(Line(cast[speaker], text, at, len(lines) if mark == ">" else 0))
    return lines
