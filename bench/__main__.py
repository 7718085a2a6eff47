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
from bench.cases.figures import Ask, Case, Figures
from bench.report import Row, judgements, place, printed, row_of, write
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


def measured(case: Case, ask: Ask, starts: int) -> Row | None:
    """Return the row, with a note of starts that failed; None, and why, when all of them did."""
    before, done, failures = machine.load(), list[Figures](), list[str]()
    for _ in range(starts):
        try:
            done.append(case.run(ask))
        except Exception as error:  # noqa: BLE001 - one server that breaks down does not end the bench
            failures.append(f"{type(error).__name__}: {error}")
    if not done:
        print(f"{case.name:12}{ask.subject:12}{ask.store:12}FAILED: {failures[-1]}", flush=True)
        return None
    row = row_of(case, ask.subject, ask.store, done, before)
    row.notes += [f"{len(failures)} of {starts} starts failed: {failures[-1]}"] if failures else []
    return row


def main() -> int:
    wanted = options()
    os.sched_setaffinity(0, {machine.LOAD_CORE})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    rows, failed, path = list[Row](), 0, place()
    for case in CASES:
        if not wanted.case or case.name in wanted.case:
            found = list(rows_of(case, wanted))
            failed += found.count(None)
            there = [row for row in found if row is not None]
            print("\n".join(judgements(case, there)), flush=True)
            rows += there
            write(path, rows, vars(wanted))
    print(f"\nWritten to {path}")
    return 1 if failed + (0 if wanted.case else also(wanted)) else 0


def rows_of(case: Case, wanted: argparse.Namespace) -> Iterator[Row | None]:
    for store in case.stores:
        for subject in case.subjects:
            if (wanted.store and store not in wanted.store) or (wanted.subject and subject not in wanted.subject):
                continue
            row = measured(case, Ask(subject, store, wanted.scale), wanted.starts)
            if row is not None:
                print(printed(row), flush=True)
            yield row


def also(wanted: argparse.Namespace) -> int:
    """Run the benches that are programs of their own, on both cores: search, counting days, the web client.

    Return how many failed.
    """
    os.sched_setaffinity(0, machine.CORES)
    quick, failed = ["--quick"] if wanted.quick else [], 0
    for name, store in PROGRAMS:
        if wanted.store and store not in wanted.store:
            continue
        print(f"\n{name} ({store})", flush=True)
        with ExitStack() as stack:
            # Whatever the shell is set to: nothing of a real site is touched.
            start = Start(stack, store)
            url = start.database(name) if store == "postgres" else ""
            own = {"CHATFLOW_DATA": str(start.folder / "data"), "DATABASE_URL": url, "REDIS_URL": ""}
            program = [sys.executable, "-m", f"bench.{name}", *quick]
            failed += subprocess.run(program, env=os.environ | own, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
