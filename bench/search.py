"""`python -m bench.search`: how long searches take among a million messages, through the service that answers them.

The database is that of DATABASE_URL, else SQLite in `--folder`; what is in it is kept, so an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from bench.report import RESULTS, judgement
from bench.searched import Site, fill, index_after_filling, vocabulary

RUNS = 15

SELECTIVE, COMMON = 50, 200  # ms at most; common is what is found more than a thousand times
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
        told = f"{row['case']:36}{count:>8}{row['median_ms']:>10.1f} ms{row['worst_ms']:>10.1f} ms"
        print(f"{told}  {judgement('ms', row['median_ms'], COMMON if row['more'] else SELECTIVE)}", flush=True)
    if wanted.quick:
        return
    RESULTS.mkdir(exist_ok=True)
    result = {
        "messages": wanted.messages,
        "store": store,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": rows,
    }
    (RESULTS / f"search-{store}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
