"""`python -m bench`: measure ChatFlow beside its peers, on two cores. `make bench` installs what it needs first."""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import uvloop

from bench import machine
from bench.cases import connecting, doors, holding, reading, spreading, talking
from bench.cases.figures import Ask, Case
from bench.report import Row, judgements, printed, row_of, write
from bench.servers import Start

CASES: tuple[Case, ...] = (
    *talking.CASES,
    *connecting.CASES,
    *holding.CASES,
    *spreading.CASES,
    *reading.CASES,
    *doors.CASES,
)


PROGRAMS = (("search", "sqlite"), ("search", "postgres"), ("analytics", "sqlite"), ("client", "sqlite"))


def options() -> argparse.Namespace:
    names = [case.name for case in CASES]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--case", action="append", choices=names, help="only this case; may be repeated")
    parser.add_argument("--store", action="append", choices=["sqlite", "postgres"], help="only on this store")
    parser.add_argument(
        "--subject", action="append", choices=["chatflow", "socketio", "channels"], help="only this one"
    )
    parser.add_argument("--starts", type=int, default=3, help="fresh starts, of which the median counts")
    parser.add_argument("--scale", type=float, default=1.0, help="below 1: fewer messages, a short form")
    parser.add_argument("--quick", action="store_true", help="one start and a quarter of the messages")
    found = parser.parse_args()
    if found.quick:
        found.starts, found.scale = 1, min(found.scale, 0.25)
    return found


def measured(case: Case, ask: Ask, starts: int) -> Row:
    before = machine.load()
    return row_of(case, ask.subject, ask.store, [case.run(ask) for _ in range(starts)], before)


def main() -> int:
    wanted = options()
    os.sched_setaffinity(0, {machine.LOAD_CORE})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    rows: list[Row] = []
    for case in CASES:
        if not wanted.case or case.name in wanted.case:
            found = list(rows_of(case, wanted))
            print("\n".join(judgements(case, found)), flush=True)
            rows += found
    print(f"\nWritten to {write(rows, vars(wanted))}")
    if not wanted.case:
        also(wanted)
    return 0


def rows_of(case: Case, wanted: argparse.Namespace) -> Iterator[Row]:
    for store in case.stores:
        for subject in case.subjects:
            if (wanted.store and store not in wanted.store) or (wanted.subject and subject not in wanted.subject):
                continue
            row = measured(case, Ask(subject, store, wanted.scale), wanted.starts)
            print(printed(row), flush=True)
            yield row


def also(wanted: argparse.Namespace) -> None:
    """Run the benches that are programs of their own, on both cores: search, counting days, the web client."""
    os.sched_setaffinity(0, machine.CORES)
    quick = ["--quick"] if wanted.quick else []
    for name, store in PROGRAMS:
        if wanted.store and store not in wanted.store:
            continue
        print(f"\n{name} ({store})", flush=True)
        with ExitStack() as stack:
            database = {"DATABASE_URL": Start(stack, store).database(name)} if store == "postgres" else {}
            subprocess.run([sys.executable, "-m", f"bench.{name}", *quick], env=os.environ | database, check=False)


if __name__ == "__main__":
    sys.exit(main())
