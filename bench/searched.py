"""What `bench.search` searches: a site of made-up messages, the same ones on every machine.

The words are as often as words are (Zipf), with Chinese, code and a few rare ones among them.
"""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

ROOMS, SMALL_ROOM = 200, 199
VOCABULARY, WORDS = 20_000, (3, 30)  # words of a message
BATCH = 2_000
SHARES = list(itertools.accumulate(1 / (rank + 1) for rank in range(ROOMS)))  # of the messages, by room
RARE = {7: "kraken", 11: "std::vector", 13: "https://example.org/releases/v2.10.3", 17: "量子力学", 19: "C#", 23: "🦑"}
EVERY = 97_001  # messages between two that hold the same rare word, about
START = datetime(2025, 6, 1, tzinfo=UTC)
SYLLABLES = (
    "ka", "lo", "mi", "ren", "to", "sa", "vel", "dor", "in", "ta", "que", "shi", "bra", "nu", "pel", "os", "har", "em", "tiv",
    "gon", "ex", "pra",
)  # fmt: skip
CHINESE = "今天天气很好我们去公园吧明日会议在东京塔举行他说这个系统需要升级数据库已经完成请查看文档"


def vocabulary() -> list[str]:
    chance = random.Random(1)
    made = dict.fromkeys("".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(4 * VOCABULARY))
    return list(made)[:VOCABULARY]


def texts(first: int, count: int, words: list[str]) -> Iterator[str]:
    """Yield the texts of the messages with these numbers: the same ones whenever they are asked for."""
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))
    for number in range(first, first + count):
        chance = random.Random(number)
        said = chance.choices(words, cum_weights=weights, k=chance.randint(*WORDS))
        said += [rare for step, rare in RARE.items() if number % (EVERY // step) == step]
        if number % 20 == 0:
            start = chance.randrange(len(CHINESE) - 8)
            said.append(CHINESE[start : start + chance.randint(4, 8)])
        yield " ".join(said).capitalize()


class Site:
    """The people and rooms of the measurement, found again or made."""

    def __init__(self) -> None:
        from accounts.models import User
        from core.ids import id_at
        from rooms.models import Kind, Membership, Room

        names = ["all", "few", *(f"writer{number}" for number in range(50))]
        if not User.objects.filter(username="all").exists():
            people = [self._person(User, name) for name in names]
            User.objects.bulk_create(people)
            rooms = [
                Room(
                    pk=id_at(START) + number,
                    kind=Kind.PRIVATE,
                    name=f"Room {number}",
                    name_key=f"room {number}",
                    direct_key=f"bench:{number}",
                    created_by=people[0],
                )
                for number in range(ROOMS)
            ]
            Room.objects.bulk_create(rooms)
            members = [Membership(room=room, user=people[0]) for room in rooms]
            Membership.objects.bulk_create([*members, Membership(room=rooms[SMALL_ROOM], user=people[1])])
        self.people = {user.username: user for user in User.objects.filter(username__in=names)}
        self.writers = [self.people[name] for name in names[2:]]
        self.rooms = list(Room.objects.order_by("pk"))

    @staticmethod
    def _person(kind: Any, name: str) -> Any:
        made = kind(username=name, username_key=name, email_key=name, display_name=name, avatar_color="#336699")
        made.set_unusable_password()
        return made


def fill(site: Site, wanted: int, words: list[str]) -> None:
    """Add the messages that are missing, with their entries in the index."""
    from core.db import atomic
    from messaging import search
    from messaging.models import Message
    from messaging.services.indexing import entry_of
    from messaging.store import Row

    for first in range(Message.objects.count(), wanted, BATCH):
        said = texts(first, min(BATCH, wanted - first), words)
        made = [message(site, number, text) for number, text in enumerate(said, first)]
        with atomic():
            Message.objects.bulk_create(made, 500)
            entries = [entry_of(Row(*(getattr(one, name) for name in Row._fields))) for one in made]
            search.put(entries, [entry.id for entry in entries])
        if first % (50 * BATCH) == 0:
            print(f"{first:,} messages", flush=True)
    finish(site, wanted)


def message(site: Site, number: int, text: str) -> Any:
    from core.ids import first_id_at
    from messaging.models import Message

    chance, moment = random.Random(-number - 1), START + timedelta(seconds=number * 45)
    return Message(
        pk=first_id_at(moment) + number,
        room=chance.choices(site.rooms, cum_weights=SHARES)[0],
        author=chance.choice(site.writers),
        seq=number + 1,
        rev=number + 1,
        text_rev=number + 1,
        client_id=str(uuid.UUID(int=number)),
        payload_hash="",
        text=text,
        created_at=moment,
    )


def finish(site: Site, wanted: int) -> None:
    """Leave the counters as if every message had been taken into the index when it was sent."""
    from messaging import search
    from messaging.models import Message
    from rooms.models import Room

    for room in site.rooms:
        last = Message.objects.filter(room=room).order_by("-seq").values_list("seq", flat=True).first() or 0
        Room.objects.filter(pk=room.pk).update(rev=last, last_seq=wanted // ROOMS)
        search.advance(room.pk, search.progress([room.pk]).get(room.pk, 0), last)


def index_after_filling(store: str, fill_it: Callable[[], None]) -> None:
    """On PostgreSQL make the letters' index of what is there: many times quicker than keeping it meanwhile."""
    from django.db import connection

    from messaging import search

    with connection.cursor() as cursor:
        if store == "postgresql":
            cursor.execute("DROP INDEX IF EXISTS messaging_search_letters, messaging_search_words")
        fill_it()
        with connection.schema_editor() as editor:
            search.make(editor)
        cursor.execute("ANALYZE")
