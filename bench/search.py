"""`python -m bench.search`: how long searches take among a million messages, through the service that answers them.

The database is that of DATABASE_URL, else SQLite in `--folder`; what is in it is kept, so an interrupted run goes on.
The words are made up, as often as words are (Zipf), with Chinese, code and a few rare ones among them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

ROOMS, SMALL_ROOM = 200, 199
VOCABULARY, WORDS = 20_000, (3, 30)  # words of a message
BATCH = 2_000
RUNS = 15
SHARES = list(itertools.accumulate(1 / (rank + 1) for rank in range(ROOMS)))  # of the messages, by room
RARE = {7: "kraken", 11: "std::vector", 13: "https://example.org/releases/v2.10.3", 17: "量子力学", 19: "C#", 23: "🦑"}
EVERY = 97_001  # messages between two that hold the same rare word, about
START = datetime(2025, 6, 1, tzinfo=UTC)
RESULTS = Path(__file__).resolve().parent / "results"
SYLLABLES = (
    "ka", "lo", "mi", "ren", "to", "sa", "vel", "dor", "in", "ta", "que", "shi", "bra", "nu", "pel", "os", "har", "em", "tiv",
    "gon", "ex", "pra",
)  # fmt: skip
CHINESE = "今天天气很好我们去公园吧明日会议在东京塔举行他说这个系统需要升级数据库已经完成请查看文档"

# What is asked, of whom: "all" is in every room, "few" in one small room alone.
CASES: list[tuple[str, str, str]] = [
    ("a rare word", "all", "kraken"),
    ("part of a rare word", "all", "rake"),
    ("a rare word, common words", "all", "kraken {first} {second}"),
    ("nothing there", "all", "xyzzyxyzzy"),
    ("code", "all", "std::vector"),
    ("a URL", "all", "releases/v2.10.3"),
    ("rare Chinese, two characters", "all", "量子"),
    ("rare sign", "all", "🦑"),
    ("C#", "all", "C#"),
    ("a word of one message in 500", "all", "{seldom}"),
    ("a common word", "all", "{first}"),
    ("common words together", "all", "{first} {second} {third}"),
    ("a phrase of common words", "all", '"{first} {second}"'),
    ("common Chinese, two characters", "all", "天气"),
    ("common Chinese, one character", "all", "天"),
    ("a common word, the best first", "all", "{first}"),
    ("a common word, one person", "all", "{first} from:writer7"),
    ("a common word, in a small room", "few", "{first}"),
    ("a rare word that is elsewhere", "few", "kraken"),
    ("a common word that is elsewhere", "few", "{seldom} {first}"),
]


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


def in_milliseconds(call: Callable[[], Any]) -> tuple[list[float], Any]:
    times, answer = [], None
    for _ in range(RUNS):
        started = time.perf_counter()
        answer = call()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times), answer


def measure(site: Site, words: list[str]) -> Iterator[dict[str, Any]]:
    from messaging.services.searching import search_messages

    known = {"first": words[0], "second": words[1], "third": words[2], "seldom": words[600]}
    for name, who, query in CASES:
        sort: Any = "best" if "the best" in name else "newest"
        asked = query.format(**known)
        times, answer = in_milliseconds(
            lambda asked=asked, who=who, sort=sort: search_messages(actor=site.people[who], q=asked, sort=sort)  # type: ignore[misc]
        )
        yield {
            "case": name,
            "query": asked,
            "found": answer.count,
            "more": answer.more,
            "median_ms": round(statistics.median(times), 1),
            "worst_ms": round(times[-1], 1),
        }


def prepare(folder: Path) -> str:
    """Make Django speak to the database of the measurement; return what it is."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "CHATFLOW_DATA": str(folder), "RATE_LIMITS": "0"}
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    return connection.vendor


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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("TMPDIR", "/tmp")) / "chatflow-bench-search")  # noqa: S108
    parser.add_argument("--fill", action="store_true", help="only make the messages")
    parser.add_argument(
        "--quick", action="store_true", help="20,000 messages, in a folder of their own; writes no result"
    )
    wanted = parser.parse_args()
    if wanted.quick:
        wanted.messages, wanted.folder = 20_000, wanted.folder.with_name(f"{wanted.folder.name}-quick")
    store, words = prepare(wanted.folder), vocabulary()
    site = Site()
    from messaging.models import Message

    if Message.objects.count() < wanted.messages:
        index_after_filling(store, lambda: fill(site, wanted.messages, words))
    if wanted.fill:
        return
    rows = []
    for row in measure(Site(), words):
        rows.append(row)
        count = f"{row['found']:,}{'+' if row['more'] else ''}"
        print(f"{row['case']:36}{count:>8}{row['median_ms']:>10.1f} ms{row['worst_ms']:>10.1f} ms", flush=True)
    if wanted.quick:
        return
    RESULTS.mkdir(exist_ok=True)
    told = {
        "messages": wanted.messages,
        "store": store,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": rows,
    }
    (RESULTS / f"search-{store}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
